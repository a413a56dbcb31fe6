import type { Bucket } from "@dropclip/synth/cloud";
import type { S3 } from "./context.ts";
import type { StoredObject } from "./objects.ts";

/** The caller or service that changed an object. */
export interface Cause {
  reason:
    | "PutObject"
    | "POST Object"
    | "CopyObject"
    | "CompleteMultipartUpload"
    | "DeleteObject"
    | "Lifecycle Expiration";
  requestId: string;
  /** Account id, or the service's name. */
  requester: string;
  /** Absent where S3 itself acts. */
  sourceIp?: string;
}

/** "Object Created", within the transaction that makes the object visible. */
export function publishCreated({ bus }: S3, bucket: Bucket, object: StoredObject, cause: Cause) {
  if (!bucket.eventBridge) return;
  const { key, bytes: size, etag, sequencer } = object;
  const detail = describe(bucket, { key, size, etag, sequencer }, cause);
  bus.publish({ source: "aws.s3", detailType: "Object Created", resources: [bucket.arn], detail });
}

/** "Object Deleted", within the transaction that takes the object away. */
export function publishDeleted({ bus }: S3, bucket: Bucket, key: string, sequencer: string, cause: Cause) {
  if (!bucket.eventBridge) return;
  const detail = { ...describe(bucket, { key, sequencer }, cause), "deletion-type": "Permanently Deleted" };
  bus.publish({ source: "aws.s3", detailType: "Object Deleted", resources: [bucket.arn], detail });
}

/** "Object Tags Added" of a tag set that was put, "Object Tags Deleted" of one that is gone, within its transaction. */
export function publishTags(
  { bus }: S3,
  bucket: Bucket,
  { key, etag }: StoredObject,
  detailType: "Object Tags Added" | "Object Tags Deleted",
  cause: Cause,
) {
  if (!bucket.eventBridge) return;
  const { reason: _, ...detail } = describe(bucket, { key, etag }, cause);
  bus.publish({ source: "aws.s3", detailType, resources: [bucket.arn], detail });
}

/** The members in the order of AWS's examples; `version-id` is absent as the buckets are not versioned. */
const describe = (bucket: Bucket, object: Record<string, unknown>, cause: Cause) => ({
  version: "0",
  bucket: { name: bucket.name },
  object,
  "request-id": cause.requestId,
  requester: cause.requester,
  ...(cause.sourceIp && { "source-ip-address": cause.sourceIp }),
  reason: cause.reason,
});
