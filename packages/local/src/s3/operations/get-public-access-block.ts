import { DESCRIBED } from "@dropclip/synth/from-graph/types";
import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";

/** New buckets block all public access where nothing else is said. */
export const getPublicAccessBlock: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketPublicAccessBlock");
  const set = s3.settings.with(DESCRIBED.accessBlock, "bucket", request.bucket.name)?.inputs;
  const is = (name: string) => (set ? set[name] === true : true);
  return xml("PublicAccessBlockConfiguration", {
    BlockPublicAcls: is("blockPublicAcls"),
    IgnorePublicAcls: is("ignorePublicAcls"),
    BlockPublicPolicy: is("blockPublicPolicy"),
    RestrictPublicBuckets: is("restrictPublicBuckets"),
  });
};
