import { awsPage, type Rule } from "../../rule.ts";
import { eachStatement, isAllow } from "../../statements.ts";
import { POLICY_TYPES } from "../../view.ts";

/** AWS adds actions, and a wildcard grants them on the day they come. */
export const wildcardAction: Rule = {
  id: "own/wildcard-action",
  title: "Policies name each action that they allow",
  severity: "high",
  types: POLICY_TYPES,
  page: awsPage("IAM/latest/UserGuide/reference_policies_elements_action.html"),
  check: (policy, view) =>
    eachStatement(policy, view, (placed) =>
      isAllow(placed)
        ? [
            ...placed.actions.filter((action) => /[*?]/.test(action)).map((action) => `allows ${action}`),
            ...(placed.statement.NotAction ? ["allows all actions but some (NotAction)"] : []),
          ]
        : [],
    ),
};
