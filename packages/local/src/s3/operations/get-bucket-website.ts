import { AwsError } from "../../world.ts";
import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";

/** No bucket is one: a graph with a website does not start. */
export const getBucketWebsite: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketWebsite");
  const message = "The specified bucket does not have a website configuration";
  throw new AwsError("NoSuchWebsiteConfiguration", message, 404, { BucketName: request.bucket.name });
};
