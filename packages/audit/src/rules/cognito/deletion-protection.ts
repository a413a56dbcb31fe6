import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const deletionProtection: Rule = {
  id: "Cognito.6",
  title: "User pools cannot be deleted by mistake",
  severity: "medium",
  types: [TYPE.userPool],
  page: controlPage("Cognito.6"),
  check: ({ inputs }) => when(inputs.deletionProtection !== "ACTIVE", "has no deletion protection"),
};
