import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const lifecycle: Rule = {
  id: "S3.13",
  title: "Buckets have lifecycle rules",
  severity: "low",
  types: [TYPE.bucket],
  page: controlPage("S3.13"),
  check: (bucket, view) => {
    const rules = view.about(TYPE.bucketLifecycle, "bucket", bucket).flatMap(({ inputs }) => inputs.rules ?? []);
    return when(!rules.some(({ status }) => status === "Enabled"), "has no lifecycle rule that is enabled");
  },
};
