import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";

/** A token in an address stays in histories and logs. */
const FLOWS = ["implicit", "client_credentials"];
/** The app itself would see the password. */
const BY_PASSWORD = ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"];

export const clientFlows: Rule = {
  id: "own/client-flows",
  title: "Apps sign in by an authorization code; they see no password, and no token comes in an address",
  severity: "high",
  types: [TYPE.userPoolClient],
  page: awsPage("cognito/latest/developerguide/cognito-user-pools-app-idp-settings.html"),
  check: ({ inputs }) => [
    ...FLOWS.filter((flow) => inputs.allowedOauthFlows?.includes(flow)).map((flow) => `allows the flow ${flow}`),
    ...BY_PASSWORD.filter((flow) => inputs.explicitAuthFlows?.includes(flow)).map((flow) => `allows ${flow}`),
  ],
};
