import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const recovery: Rule = {
  id: "DynamoDB.2",
  title: "Tables can be brought back to any minute of the last weeks",
  severity: "medium",
  types: [TYPE.table],
  page: controlPage("DynamoDB.2"),
  check: ({ inputs }) => when(inputs.pointInTimeRecovery?.enabled !== true, "has no point-in-time recovery"),
};
