import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";

/** Without these nobody finds out who was refused what, and why. */
const NEEDED = ["$context.requestId", "$context.routeKey", "$context.status", "$context.error.message"];

export const logFields: Rule = {
  id: "own/api-log-fields",
  title: "The API's log tells request, route, status and error",
  severity: "low",
  types: [TYPE.apiStage],
  page: awsPage("apigateway/latest/developerguide/http-api-logging-variables.html"),
  check: ({ inputs }) => {
    const format = String(inputs.accessLogSettings?.format ?? "");
    return NEEDED.filter((name) => !format.includes(name)).map((part) => ({ part, says: "is not logged" }));
  },
};
