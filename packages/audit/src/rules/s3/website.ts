import { TYPE } from "@dropclip/synth/from-graph/types";
import { awsPage, type Rule } from "../../rule.ts";
import { ALSO } from "../../types.ts";

export const website: Rule = {
  id: "own/bucket-website",
  title: "Buckets are served by CloudFront, not as a website of S3's, which knows no TLS",
  severity: "high",
  types: [TYPE.bucket],
  page: awsPage("AmazonS3/latest/userguide/WebsiteHosting.html"),
  check: (bucket, view) => [
    ...(bucket.inputs.website ? ["is a website"] : []),
    ...view.about(ALSO.website, "bucket", bucket).map(() => "is a website"),
  ],
};
