import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";
import { behavioursOf } from "./behaviours.ts";

export const headersEverywhere: Rule = {
  id: "own/behaviour-headers",
  title: "Every behaviour has a response headers policy",
  severity: "medium",
  types: [TYPE.distribution],
  page: awsPage("AmazonCloudFront/latest/DeveloperGuide/adding-response-headers.html"),
  check: (distribution) =>
    behavioursOf(distribution)
      .filter(({ behaviour }) => !behaviour.responseHeadersPolicyId)
      .map(({ path }) => ({ part: path, says: "answers without security headers" })),
};
