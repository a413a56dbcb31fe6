import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";

export const getBucketVersioning: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketVersioning");
  // A bucket that was never versioned has an empty configuration.
  return xml("VersioningConfiguration", undefined);
};
