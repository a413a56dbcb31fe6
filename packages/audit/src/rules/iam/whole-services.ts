import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { eachStatement, isAllow } from "../../statements.ts";

export const wholeServices: Rule = {
  id: "IAM.21",
  title: "No managed policy allows a whole service",
  severity: "low",
  types: [TYPE.policy],
  page: controlPage("IAM.21"),
  check: (policy, view) =>
    eachStatement(policy, view, (placed) =>
      (isAllow(placed) ? placed.actions : [])
        .filter((action) => /^[^:]+:\*$/.test(action))
        .map((action) => `allows ${action}`),
    ),
};
