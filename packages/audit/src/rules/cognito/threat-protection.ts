import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const threatProtection: Rule = {
  id: "Cognito.1",
  title: "User pools watch sign-ins for threats, and act",
  severity: "medium",
  types: [TYPE.userPool],
  page: controlPage("Cognito.1"),
  check: ({ inputs }) =>
    when(inputs.userPoolAddOns?.advancedSecurityMode !== "ENFORCED", "has no threat protection that acts"),
};
