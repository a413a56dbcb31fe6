import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const invocationSource: Rule = {
  id: "own/permission-source",
  title: "A service invokes a function for one named source",
  severity: "high",
  types: [TYPE.permission],
  page: awsPage("lambda/latest/dg/access-control-resource-based.html"),
  check: ({ inputs }) => [
    ...when(
      String(inputs.principal).endsWith(".amazonaws.com") && !inputs.sourceArn,
      `${inputs.principal} may invoke it for anybody: it has no sourceArn`,
    ),
    ...when(
      /^arn:[^:]+:[^:]+:[^:]*:\*|^\*/.test(inputs.sourceArn ?? ""),
      `${inputs.principal} may invoke it for every account: sourceArn ${inputs.sourceArn}`,
    ),
  ],
};
