import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

export const accessLog: Rule = {
  id: "S3.9",
  title: "Buckets log who asks for what",
  severity: "medium",
  types: [TYPE.bucket],
  page: controlPage("S3.9"),
  check: (bucket, view) =>
    when(view.about(TYPE.bucketLogging, "bucket", bucket).length === 0, "has no server access log"),
};
