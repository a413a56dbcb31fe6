import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const deadLetters: Rule = {
  id: "own/dead-letters",
  title: "An event that cannot be delivered is kept in a queue",
  severity: "medium",
  types: [TYPE.target],
  page: awsPage("eventbridge/latest/userguide/eb-rule-dlq.html"),
  check: ({ inputs }) => when(!inputs.deadLetterConfig?.arn, "drops what cannot be delivered: no dead-letter queue"),
};
