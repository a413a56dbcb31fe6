import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

const SELF_SERVICE = "aws.cognito.signin.user.admin";

export const scopes: Rule = {
  id: "own/client-scopes",
  title: "A token of the pages cannot change its user's account",
  severity: "medium",
  types: [TYPE.userPoolClient],
  page: awsPage("cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html"),
  check: ({ inputs }) => when(inputs.allowedOauthScopes?.includes(SELF_SERVICE), `gives the scope ${SELF_SERVICE}`),
};
