import { controlPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const firewallRules: Rule = {
  id: "WAF.10",
  title: "Firewalls have rules",
  severity: "medium",
  types: [ALSO.webAcl],
  page: controlPage("WAF.10"),
  check: ({ inputs }) => when(!inputs.rules?.length, "has no rule"),
};
