import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const alarmEnabled: Rule = {
  id: "CloudWatch.17",
  title: "Alarms are turned on",
  severity: "high",
  types: [TYPE.metricAlarm],
  page: controlPage("CloudWatch.17"),
  check: ({ inputs }) => when(inputs.actionsEnabled === false, "its actions are turned off"),
};
