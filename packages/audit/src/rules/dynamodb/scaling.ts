import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const scaling: Rule = {
  id: "DynamoDB.1",
  title: "Tables scale with what is asked of them",
  severity: "medium",
  types: [TYPE.table],
  page: controlPage("DynamoDB.1"),
  check: ({ inputs }) =>
    when(inputs.billingMode !== "PAY_PER_REQUEST", `has the mode ${inputs.billingMode ?? "PROVISIONED"}`),
};
