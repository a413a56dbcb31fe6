import { controlPage, type Rule } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const firewallMetrics: Rule = {
  id: "WAF.12",
  title: "Firewalls count what they stop",
  severity: "medium",
  types: [ALSO.webAcl],
  page: controlPage("WAF.12"),
  check: ({ inputs }) =>
    ((inputs.rules ?? []) as any[])
      .filter(({ visibilityConfig }) => visibilityConfig?.cloudwatchMetricsEnabled !== true)
      .map(({ name }) => ({ part: name, says: "is not counted" })),
};
