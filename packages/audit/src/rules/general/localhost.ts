import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";
import { originsOf } from "./origins.ts";

/** Whatever runs on a user's machine could act in the app's name. */
export const localhost: Rule = {
  id: "own/localhost-in-production",
  title: "In production no page of the user's own machine may sign in or send",
  severity: "high",
  types: [TYPE.api, TYPE.bucketCors, TYPE.userPoolClient],
  page: awsPage("cognito/latest/developerguide/cognito-user-pools-app-idp-settings.html"),
  check: (resource, view) =>
    originsOf(resource)
      .filter(({ isLocal }) => isLocal && view.isProduction)
      .map(({ text }) => ({ part: text, says: "is a page of the user's own machine" })),
};
