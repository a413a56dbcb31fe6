import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

/** AWS's control asks for 8, which are guessed from a stolen hash within hours. */
const CHARACTERS = 12;
const TEMPORARY_DAYS = 7;
const KINDS = ["requireLowercase", "requireUppercase", "requireNumbers", "requireSymbols"];

export const passwords: Rule = {
  id: "Cognito.3",
  title: "Passwords are long and of all kinds of characters",
  severity: "medium",
  types: [TYPE.userPool],
  page: controlPage("Cognito.3"),
  check: ({ inputs: { passwordPolicy: policy = {} } }) => {
    const missing = KINDS.filter((kind) => policy[kind] !== true);
    const days = policy.temporaryPasswordValidityDays;
    return [
      ...when(!(policy.minimumLength >= CHARACTERS), `takes passwords of ${policy.minimumLength ?? 0} characters`),
      ...when(missing.length > 0, `does not ask of passwords: ${missing.join(", ")}`),
      ...when(!(days <= TEMPORARY_DAYS), `lets a temporary password live for ${days} days`),
    ];
  },
};
