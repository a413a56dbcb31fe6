import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const throttle: Rule = {
  id: "own/throttle",
  title: "No route may use up what the whole account is allowed",
  severity: "medium",
  types: [TYPE.apiStage],
  page: awsPage("apigateway/latest/developerguide/http-api-throttling.html"),
  check: ({ inputs: { defaultRouteSettings: settings = {} } }) =>
    when(
      !settings.throttlingRateLimit || !settings.throttlingBurstLimit,
      "has no throttle for routes that have none of their own",
    ),
};
