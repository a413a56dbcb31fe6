import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const verifiedEmail: Rule = {
  id: "own/verified-email",
  title: "Who signs up by an address has shown that it is theirs, and gets back in by it",
  severity: "medium",
  types: [TYPE.userPool],
  page: awsPage("cognito/latest/developerguide/signing-up-users-in-your-app.html"),
  check: ({ inputs }) => {
    const mechanisms: { name: string }[] = inputs.accountRecoverySetting?.recoveryMechanisms ?? [];
    return [
      ...when(
        inputs.usernameAttributes?.includes("email") && !inputs.autoVerifiedAttributes?.includes("email"),
        "addresses are not verified",
      ),
      ...when(
        !mechanisms.some(({ name }) => name === "verified_email" || name === "admin_only"),
        "accounts are not recovered by a verified address",
      ),
    ];
  },
};
