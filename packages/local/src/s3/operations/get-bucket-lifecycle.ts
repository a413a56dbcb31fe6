import { AwsError } from "../../world.ts";
import { authorize } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { xml } from "../output.ts";

export const getBucketLifecycle: Operation = (s3, request) => {
  authorize(s3, request, "GetLifecycleConfiguration");
  const { lifecycle, name } = request.bucket;
  if (!lifecycle.length) {
    throw new AwsError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404, {
      BucketName: name,
    });
  }
  return xml("LifecycleConfiguration", {
    Rule: lifecycle.map(({ id, enabled, prefix, tag, expirationDays, abortIncompleteMultipartDays }) => ({
      ID: id,
      Filter: tag ? { Tag: { Key: tag.key, Value: tag.value } } : { Prefix: prefix },
      Status: enabled ? "Enabled" : "Disabled",
      Expiration: expirationDays === undefined ? undefined : { Days: expirationDays },
      AbortIncompleteMultipartUpload:
        abortIncompleteMultipartDays === undefined ? undefined : { DaysAfterInitiation: abortIncompleteMultipartDays },
    })),
  });
};
