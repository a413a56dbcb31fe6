import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const customThreats: Rule = {
  id: "Cognito.4",
  title: "User pools watch custom sign-ins for threats, and act",
  severity: "medium",
  types: [TYPE.userPool],
  page: controlPage("Cognito.4"),
  check: ({ inputs }) => {
    const mode = inputs.userPoolAddOns?.advancedSecurityAdditionalFlows?.customAuthMode;
    return when(mode !== "ENFORCED", "has no threat protection of custom sign-ins that acts");
  },
};
