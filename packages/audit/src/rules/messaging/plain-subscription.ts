import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const plainSubscription: Rule = {
  id: "own/plain-subscription",
  title: "Nothing is told by plain HTTP",
  severity: "medium",
  types: [TYPE.topicSubscription],
  page: awsPage("sns/latest/dg/sns-security-best-practices.html"),
  check: ({ inputs }) =>
    when(inputs.protocol === "http" || /^http:/.test(inputs.endpoint ?? ""), `tells ${inputs.endpoint} by plain HTTP`),
};
