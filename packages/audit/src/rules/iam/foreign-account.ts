import { awsPage, type Rule } from "../../rule.ts";
import { eachStatement, isAllow, principalsOf } from "../../statements.ts";
import { POLICY_TYPES } from "../../view.ts";

const ACCOUNT = /^(?:arn:[^:]+:[^:]*:[^:]*:)?(\d{12})(?::|$)/;

export const foreignAccount: Rule = {
  id: "own/foreign-account",
  title: "Policies name no account but the stage's own",
  severity: "high",
  types: POLICY_TYPES,
  page: awsPage("IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"),
  check: (policy, view) =>
    eachStatement(policy, view, (placed) => {
      const named = isAllow(placed) ? [...placed.resources, ...principalsOf(placed).map(([, name]) => name)] : [];
      return named
        .filter((one) => (ACCOUNT.exec(one)?.[1] ?? view.graph.account) !== view.graph.account)
        .map((one) => `names another account: ${one}`);
    }),
};
