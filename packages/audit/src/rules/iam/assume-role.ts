import { awsPage, type Rule, when } from "../../rule.ts";
import { covers, eachStatement, isAllow } from "../../statements.ts";
import { POLICY_TYPES } from "../../view.ts";

export const assumeRole: Rule = {
  id: "own/assume-role",
  title: "Who takes other roles names them",
  severity: "high",
  types: POLICY_TYPES,
  page: awsPage("IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html"),
  check: (policy, view) =>
    eachStatement(policy, view, (placed) => {
      const takes = placed.kind === "identity" && placed.actions.some((action) => covers(action, "sts:AssumeRole"));
      const wide = placed.resources.filter((one) => /[*?]/.test(one));
      return when(isAllow(placed) && takes && wide.length > 0, `may take any role of ${wide.join(", ")}`);
    }),
};
