import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

/** Lambda makes a log group that is missing, and keeps it for ever. */
export const logGroup: Rule = {
  id: "own/function-log-group",
  title: "Functions log to a log group of the stacks",
  severity: "medium",
  types: [TYPE.function],
  page: awsPage("lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html"),
  check: ({ inputs }, view) => {
    const group = inputs.loggingConfig?.logGroup ?? `/aws/lambda/${inputs.name}`;
    return when(view.meant(ALSO.logGroup, group) === undefined, `logs to ${group}, which the stacks do not make`);
  },
};
