import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const deletionProtection: Rule = {
  id: "DynamoDB.6",
  title: "Tables cannot be deleted by mistake",
  severity: "medium",
  types: [TYPE.table],
  page: controlPage("DynamoDB.6"),
  check: ({ inputs }) => when(inputs.deletionProtectionEnabled !== true, "has no deletion protection"),
};
