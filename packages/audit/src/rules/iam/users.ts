import { controlPage, type Rule } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const users: Rule = {
  id: "IAM.2",
  title: "No policy hangs at a user",
  severity: "low",
  types: [ALSO.userPolicy, ALSO.userAttachment],
  page: controlPage("IAM.2"),
  check: ({ inputs }) => [`gives rights to the user ${inputs.user} directly`],
};
