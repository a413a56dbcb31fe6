import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule } from "../../rule.ts";
import { eachOpening } from "./opening.ts";

export const publicWrite: Rule = {
  id: "S3.3",
  title: "Buckets can not be written by everybody",
  severity: "critical",
  types: [TYPE.bucket],
  page: controlPage("S3.3"),
  check: (bucket, view) =>
    eachOpening(bucket, view, ["s3:PutObject", "s3:DeleteObject", "s3:PutBucketPolicy"], ["public-read-write"]).map(
      (by) => `everybody may write to it: ${by}`,
    ),
};
