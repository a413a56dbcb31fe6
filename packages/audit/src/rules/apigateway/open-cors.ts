import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const openCors: Rule = {
  id: "own/open-cors",
  title: "The API answers the pages of named origins only",
  severity: "high",
  types: [TYPE.api],
  page: awsPage("apigateway/latest/developerguide/http-api-cors.html"),
  check: ({ inputs: { corsConfiguration: cors = {} } }) =>
    when(
      ((cors.allowOrigins ?? []) as string[]).some((origin) => origin.includes("*")),
      `pages of ${cors.allowOrigins?.join(", ")} may call it`,
    ),
};
