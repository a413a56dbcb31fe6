import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";

export const headBucket: Operation = (s3, request) => {
  authorize(s3, request, "ListBucket");
  return {
    status: 200,
    headers: {
      "x-amz-bucket-region": s3.world.region,
      "x-amz-access-point-alias": "false",
      "content-type": "application/xml",
    },
  };
};
