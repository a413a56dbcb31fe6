import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const authorizerNamed: Rule = {
  id: "own/route-authorizer",
  title: "A route that wants a token names an authorizer of its API",
  severity: "high",
  types: [TYPE.apiRoute],
  page: awsPage("apigateway/latest/developerguide/http-api-access-control.html"),
  check: ({ inputs }, view) => {
    if (inputs.authorizationType !== "JWT" && inputs.authorizationType !== "CUSTOM") return [];
    const named = view.meant(TYPE.apiAuthorizer, inputs.authorizerId);
    return when(named?.inputs.apiId !== inputs.apiId, `names no authorizer of its API: ${inputs.authorizerId}`);
  },
};
