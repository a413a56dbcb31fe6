import type { LogObject, LogWriter } from "../ports.ts";
import { commitObject, withBody } from "./commit.ts";
import { objectArn, type S3 } from "./context.ts";
import { noSuchBucket } from "./errors.ts";
import { Digest } from "./payload.ts";

/** Writes the logs that services deliver, as far as the bucket's policy lets them. */
export function logWriter(s3: S3): LogWriter {
  return {
    async write({ bucketName, key, body, service, sourceArn, acl, headers }: LogObject) {
      const bucket = s3.buckets.get(bucketName);
      if (!bucket) throw noSuchBucket(bucketName);
      const { world } = s3;
      const principal = { kind: "service", arn: service, accountId: world.account, service, sourceArn } as const;
      const context = { "aws:SecureTransport": "true", ...(acl ? { "s3:x-amz-acl": acl } : {}) };
      world.authorize(principal, "s3:PutObject", objectArn(bucket, key), context);
      await withBody(s3, body.length, async (bodyId) => {
        const digest = new Digest("CRC64NVME");
        await s3.bodies.write(bodyId, piecesOf(body), digest.update);
        const { bytes, md5: etag, checksum: computed } = digest.finish();
        const checksum = { ...computed, type: "FULL_OBJECT" as const };
        const fresh = { bucket, key, bodyId, bytes, etag, checksum, headers, metadata: {} };
        const requestId = world.uuid().replaceAll("-", "").slice(0, 16).toUpperCase();
        return commitObject(s3, fresh, {}, { reason: "PutObject", requestId, requester: service });
      });
    },
  };
}

async function* piecesOf(body: Buffer) {
  yield body;
}
