import { controlPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const queryMetrics: Rule = {
  id: "Athena.4",
  title: "Workgroups count what is asked",
  severity: "medium",
  types: [ALSO.workgroup],
  page: controlPage("Athena.4"),
  // Pulumi's provider turns it on where nothing is said.
  check: ({ inputs }) =>
    when(inputs.configuration?.publishCloudwatchMetricsEnabled === false, "does not count its queries"),
};
