import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";

export const getBucketLogging: Operation = (s3, request) => {
  authorize(s3, request, "GetBucketLogging");
  const { logging } = request.bucket;
  return xml("BucketLoggingStatus", {
    LoggingEnabled: logging && {
      TargetBucket: logging.bucketName,
      TargetPrefix: logging.prefix,
      TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: logging.dateSource } },
    },
  });
};
