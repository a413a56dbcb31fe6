import { awsPage, type Rule } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const longLivedKeys: Rule = {
  id: "own/long-lived-keys",
  title: "The stacks make no users and no keys that never end",
  severity: "high",
  types: [ALSO.user, ALSO.accessKey],
  page: awsPage("IAM/latest/UserGuide/best-practices.html"),
  check: () => ["is good for ever: a role's session ends by itself"],
};
