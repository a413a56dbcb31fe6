import { awsPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const retention: Rule = {
  id: "own/log-retention",
  title: "Logs end",
  severity: "medium",
  types: [ALSO.logGroup],
  page: awsPage("AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"),
  check: ({ inputs }) => when(!(inputs.retentionInDays > 0), "keeps logs for ever: no retention"),
};
