import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const accessLog: Rule = {
  id: "APIGateway.9",
  title: "Stages log who calls",
  severity: "medium",
  types: [TYPE.apiStage],
  page: controlPage("APIGateway.9"),
  check: ({ inputs }) =>
    when(!inputs.accessLogSettings?.destinationArn || !inputs.accessLogSettings.format, "has no access log"),
};
