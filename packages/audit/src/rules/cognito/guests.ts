import { controlPage, type Rule, when } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const guests: Rule = {
  id: "Cognito.2",
  title: "Identity pools give AWS credentials to nobody who has not signed in",
  severity: "medium",
  types: [ALSO.identityPool],
  page: controlPage("Cognito.2"),
  check: ({ inputs }) => when(inputs.allowUnauthenticatedIdentities, "gives credentials to anybody"),
};
