import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";
import { eachOpening } from "./opening.ts";

export const publicRead: Rule = {
  id: "S3.2",
  title: "Buckets can not be read by everybody",
  severity: "critical",
  types: [TYPE.bucket],
  page: controlPage("S3.2"),
  check: (bucket, view) =>
    eachOpening(bucket, view, ["s3:GetObject", "s3:ListBucket"], ["public-read", "authenticated-read"]).flatMap((by) =>
      when(by, `everybody may read it: ${by}`),
    ),
};
