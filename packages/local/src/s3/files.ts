import { createReadStream } from "node:fs";
import type { ObjectFile, ObjectFiles, ObjectHeaders } from "../ports.ts";
import { AwsError, type Principal } from "../world.ts";
import { commitObject, keepBody } from "./commit.ts";
import { objectArn, type S3 } from "./context.ts";
import { noSuchBucket } from "./errors.ts";
import type { StoredObject, SystemHeaders } from "./objects.ts";
import { Digest } from "./payload.ts";

/** Stored objects as files, for services on the same disk: no bytes go through HTTP. */
export function objectFiles(s3: S3): ObjectFiles {
  return {
    find(bucket, key) {
      const object = s3.objects.find(bucket, key);
      return object && toFile(s3, object);
    },

    async adopt(bucketName: string, key: string, file: string, given: ObjectHeaders, principal: Principal) {
      const bucket = s3.buckets.get(bucketName);
      if (!bucket) throw noSuchBucket(bucketName);
      if (key === "" || Buffer.byteLength(key) > 1024)
        throw new AwsError("KeyTooLongError", "Your key is too long", 400);
      s3.world.authorize(principal, "s3:PutObject", objectArn(bucket, key), { "aws:SecureTransport": "true" });
      const headers: SystemHeaders = { "content-type": given.contentType ?? "binary/octet-stream" };
      if (given.cacheControl) headers["cache-control"] = given.cacheControl;
      return keepBody(s3, async (bodyId) => {
        await s3.bodies.adopt(file, bodyId);
        const digest = new Digest("CRC64NVME");
        for await (const piece of createReadStream(s3.bodies.path(bodyId), { highWaterMark: 2 ** 20 }))
          digest.update(piece);
        const { bytes, md5: etag, checksum: computed } = digest.finish();
        const checksum = { ...computed, type: "FULL_OBJECT" as const };
        const fresh = { bucket, key, bodyId, bytes, etag, checksum, headers, metadata: given.metadata ?? {} };
        const requestId = s3.world.uuid().replaceAll("-", "").slice(0, 16).toUpperCase();
        const requester = principal.kind === "service" ? principal.arn : principal.accountId;
        return toFile(
          s3,
          commitObject(s3, fresh, {}, { reason: "PutObject", requestId, requester, sourceIp: "127.0.0.1" }),
        );
      });
    },
  };
}

const toFile = (s3: S3, { bodyId, bytes, etag, modifiedMs, headers, metadata, tags }: StoredObject): ObjectFile => ({
  path: s3.bodies.path(bodyId),
  bytes,
  etag: `"${etag}"`,
  lastModifiedMs: modifiedMs,
  contentType: headers["content-type"],
  cacheControl: headers["cache-control"],
  metadata,
  ...(tags && { tags }),
});
