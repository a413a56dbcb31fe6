import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const secondFactor: Rule = {
  id: "Cognito.5",
  title: "Users can have a second factor",
  severity: "medium",
  types: [TYPE.userPool],
  page: controlPage("Cognito.5"),
  check: ({ inputs }) => when((inputs.mfaConfiguration ?? "OFF") === "OFF", "knows no second factor"),
};
