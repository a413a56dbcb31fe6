import { DESCRIBED } from "@dropclip/synth/from-graph/types";
import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";

/** New buckets have no ACLs where nothing else is said. */
export const getBucketOwnershipControls: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketOwnershipControls");
  const set = s3.settings.with(DESCRIBED.ownership, "bucket", request.bucket.name)?.inputs;
  return xml("OwnershipControls", { Rule: { ObjectOwnership: set?.rule?.objectOwnership ?? "BucketOwnerEnforced" } });
};
