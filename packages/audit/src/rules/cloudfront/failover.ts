import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const failover: Rule = {
  id: "CloudFront.4",
  title: "Distributions have a second origin to fall back on",
  severity: "low",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.4"),
  check: ({ inputs }) => when(!inputs.originGroups?.length, "has no origin group"),
};
