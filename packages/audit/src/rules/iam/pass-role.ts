import { awsPage, type Rule, when } from "../../rule.ts";
import { covers, eachStatement, isAllow, narrows } from "../../statements.ts";
import { POLICY_TYPES } from "../../view.ts";

export const passRole: Rule = {
  id: "own/pass-role",
  title: "A role is passed to one service by name",
  severity: "high",
  types: POLICY_TYPES,
  page: awsPage("IAM/latest/UserGuide/id_roles_use_passrole.html"),
  check: (policy, view) =>
    eachStatement(policy, view, (placed) => {
      const passes = isAllow(placed) && placed.actions.some((action) => covers(action, "iam:PassRole"));
      return when(passes && !narrows(placed, /^iam:passedtoservice$/i), "passes a role to any service").concat(
        when(passes && placed.resources.some((one) => /[*?]/.test(one)), "passes roles that it does not name"),
      );
    }),
};
