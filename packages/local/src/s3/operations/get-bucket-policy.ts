import { AwsError } from "../../world.ts";
import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";

export const getBucketPolicy: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketPolicy");
  const { policy, name } = request.bucket;
  if (!policy) throw new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, { BucketName: name });
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(policy) };
};
