import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule, when } from "../../rule.ts";

export const userExistence: Rule = {
  id: "own/user-existence",
  title: "Nobody finds out by signing in whether somebody has an account",
  severity: "medium",
  types: [TYPE.userPoolClient],
  page: awsPage("cognito/latest/developerguide/cognito-user-pool-managing-errors.html"),
  check: ({ inputs }) => when(inputs.preventUserExistenceErrors !== "ENABLED", "tells whether there is such a user"),
};
