import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const rootObject: Rule = {
  id: "CloudFront.1",
  title: "Distributions have a default root object",
  severity: "high",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.1"),
  check: ({ inputs }) => when(!inputs.defaultRootObject, "has no default root object"),
};
