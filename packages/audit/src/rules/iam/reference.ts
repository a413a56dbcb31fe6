import { CHECKS } from "@dropclip/synth/authorization/lint";
import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Rule } from "../../rule.ts";
import { eachStatement } from "../../statements.ts";
import { POLICY_TYPES } from "../../view.ts";

/** A rule that holds each statement against AWS's service authorization reference by one of synth's checks. */
export const byReference = (check: keyof typeof CHECKS, rule: Omit<Rule, "types" | "check">): Rule => ({
  ...rule,
  types: POLICY_TYPES,
  check: (resource, view) => {
    const roles = view.all(TYPE.role).map(({ outputs }) => String(outputs.arn));
    const around = { account: view.graph.account, roles };
    return eachStatement(resource, view, (placed) => CHECKS[check](placed, around));
  },
});
