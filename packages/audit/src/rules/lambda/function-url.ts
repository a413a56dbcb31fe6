import { awsPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const functionUrl: Rule = {
  id: "own/function-url",
  title: "Function URLs want a signature",
  severity: "critical",
  types: [ALSO.functionUrl],
  page: awsPage("lambda/latest/dg/urls-auth.html"),
  check: ({ inputs }) => [
    ...when(inputs.authorizationType !== "AWS_IAM", "anybody may call it: authorizationType is not AWS_IAM"),
    ...when(inputs.cors?.allowOrigins?.includes("*"), "pages of every origin may call it"),
  ],
};
