import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const publicFunction: Rule = {
  id: "Lambda.1",
  title: "Functions can not be invoked by everybody",
  severity: "critical",
  types: [TYPE.permission],
  page: controlPage("Lambda.1"),
  check: ({ inputs }) => [
    ...when(inputs.principal === "*" && !inputs.sourceAccount && !inputs.principalOrgId, "everybody may invoke it"),
    // A bucket's ARN does not name its account, and a bucket that was deleted may be made anew by anybody.
    ...when(
      inputs.principal === "s3.amazonaws.com" && !inputs.sourceAccount,
      "a bucket of another account may invoke it: it has no sourceAccount",
    ),
  ],
};
