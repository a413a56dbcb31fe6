import { createReadStream } from "node:fs";
import { AwsError } from "../../world.ts";
import { authorize, authorizeWrite } from "../authorize.ts";
import { type Checksum, elementOf, parseAlgorithm } from "../checksums.ts";
import { causeOf, commitObject, withBody, writeCondition } from "../commit.ts";
import type { Operation, Request, S3 } from "../context.ts";
import { describedBy, refuseHeaders } from "../described.ts";
import { invalidArgument } from "../errors.ts";
import { expirationHeader } from "../lifecycle.ts";
import type { StoredObject } from "../objects.ts";
import { isoSeconds, xml } from "../output.ts";
import { Digest, MAX_PUT_BYTES } from "../payload.ts";
import { authorizeSourceTags, copySource } from "../source.ts";
import { tagsInHeader } from "../tags.ts";

export const copyObject: Operation = async (s3, request) => {
  const { bucket, key, headers } = request;
  const replaceTags = directive(headers, "x-amz-tagging-directive") === "REPLACE";
  const given = replaceTags ? tagsInHeader(headers) : undefined;
  authorizeWrite(s3, request, given);
  const condition = writeCondition(request);
  const source = copySource(s3, request);
  if (!replaceTags && source.tags) {
    authorizeSourceTags(s3, request, source);
    authorize(s3, request, "PutObjectTagging");
  }
  if (source.bytes > MAX_PUT_BYTES) {
    throw new AwsError(
      "InvalidRequest",
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_PUT_BYTES}`,
      400,
    );
  }
  const replace = directive(headers, "x-amz-metadata-directive") === "REPLACE";
  if (!replace && source.bucket === bucket.name && source.key === key) {
    throw new AwsError(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      400,
    );
  }
  refuseHeaders(headers);
  const described = replace ? describedBy(headers) : { headers: source.headers, metadata: source.metadata };

  // A second name for the same bytes takes no room.
  const object = await withBody(s3, 0, async (bodyId) => {
    s3.bodies.link(source.bodyId, bodyId);
    const { md5, checksum } = await sums(s3, request, source, bodyId);
    const tags = replaceTags ? given : source.tags;
    const fresh = { ...described, tags, bucket, key, bodyId, bytes: source.bytes, etag: md5, checksum };
    return commitObject(s3, fresh, condition, causeOf(request, "CopyObject"));
  });

  const { etag, modifiedMs, checksum } = object;
  const result = {
    LastModified: isoSeconds(modifiedMs),
    ETag: `"${etag}"`,
    ...(checksum && { [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }),
  };
  return xml("CopyObjectResult", result, {
    headers: { "x-amz-server-side-encryption": "AES256", ...expirationHeader(bucket, object) },
  });
};

function directive(headers: Record<string, string>, name: string): string {
  const value = headers[name] ?? "COPY";
  if (value === "COPY" || value === "REPLACE") return value;
  throw invalidArgument(`Unknown ${name.split("-")[2]} directive.`, name, value);
}

/**
 * ETag and checksum of a copy. A copy is one object, so of a multipart source both are computed anew, as is a checksum
 * of another algorithm than the source has; else they are the source's.
 */
async function sums(s3: S3, { headers }: Request, source: StoredObject, bodyId: string) {
  const asked = headers["x-amz-checksum-algorithm"];
  const algorithm = asked ? parseAlgorithm(asked) : (source.checksum?.algorithm ?? "CRC64NVME");
  const plain = /^[0-9a-f]{32}$/.test(source.etag);
  if (plain && source.checksum?.type === "FULL_OBJECT" && source.checksum.algorithm === algorithm)
    return { md5: source.etag, checksum: source.checksum };
  const digest = new Digest(algorithm);
  for await (const piece of createReadStream(s3.bodies.path(bodyId), { highWaterMark: 2 ** 20 })) digest.update(piece);
  const { md5, checksum } = digest.finish();
  return { md5, checksum: { ...checksum, type: "FULL_OBJECT" } as Checksum };
}
