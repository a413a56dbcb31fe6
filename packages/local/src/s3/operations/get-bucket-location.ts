import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";

export const getBucketLocation: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketLocation");
  // us-east-1 is written as nothing, for historical reasons.
  const region = s3.world.region === "us-east-1" ? undefined : s3.world.region;
  return xml("LocationConstraint", region);
};
