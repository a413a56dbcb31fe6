import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";
import { eachStatement, isAllow } from "../../statements.ts";

export const everything: Rule = {
  id: "IAM.1",
  title: "No policy allows everything on everything",
  severity: "high",
  types: [TYPE.policy, TYPE.role, TYPE.rolePolicy],
  page: controlPage("IAM.1"),
  check: (policy, view) =>
    eachStatement(policy, view, (placed) =>
      when(
        isAllow(placed) && placed.kind === "identity" && placed.actions.includes("*") && placed.resources.includes("*"),
        "allows everything on everything",
      ),
    ),
};
