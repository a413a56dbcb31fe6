import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const alarmAction: Rule = {
  id: "CloudWatch.15",
  title: "Alarms tell somebody",
  severity: "high",
  types: [TYPE.metricAlarm],
  page: controlPage("CloudWatch.15"),
  check: ({ inputs }) => when(!inputs.alarmActions?.length, "tells nobody: no alarm actions"),
};
