import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

/** As Security Hub looks at it, which knows legacy logging only; `own/edge-log` accepts the newer kind. */
export const legacyLog: Rule = {
  id: "CloudFront.5",
  title: "Distributions have legacy standard logging",
  severity: "medium",
  types: [TYPE.distribution],
  page: controlPage("CloudFront.5"),
  check: ({ inputs }) => when(!inputs.loggingConfig?.bucket, "has no legacy standard logging"),
};
