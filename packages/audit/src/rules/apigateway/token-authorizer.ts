import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const tokenAuthorizer: Rule = {
  id: "own/token-authorizer",
  title: "An authorizer takes tokens of the stage's user pool that are meant for one of its clients",
  severity: "critical",
  types: [TYPE.apiAuthorizer],
  page: awsPage("apigateway/latest/developerguide/http-api-jwt-authorizer.html"),
  check: ({ inputs: { authorizerType, jwtConfiguration: jwt = {} } }, view) => {
    if (authorizerType !== "JWT") return [];
    const pool = view.all(TYPE.userPool).find(({ id }) => String(jwt.issuer).endsWith(`/${id}`));
    const audiences: string[] = jwt.audiences ?? [];
    const strangers = audiences.filter((id) => view.meant(TYPE.userPoolClient, id) === undefined);
    return [
      ...when(!pool, `takes tokens of ${jwt.issuer}, which is no user pool of the stage`),
      ...when(audiences.length === 0, "takes tokens that are meant for anybody: it has no audiences"),
      ...when(strangers.length > 0, `takes tokens meant for ${strangers.join(", ")}, no client of the stage`),
    ];
  },
};
