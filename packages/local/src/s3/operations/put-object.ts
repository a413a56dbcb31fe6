import { authorize, authorizeWrite } from "../authorize.ts";
import { checksumHeaders } from "../checksums.ts";
import { causeOf, checkCondition, commitObject, withBody, writeCondition } from "../commit.ts";
import type { Operation } from "../context.ts";
import { describedBy } from "../described.ts";
import { expirationHeader } from "../lifecycle.ts";
import { bodyBytes, receive } from "../payload.ts";
import { tagsInHeader } from "../tags.ts";

export const putObject: Operation = async (s3, request) => {
  const tags = tagsInHeader(request.headers);
  authorizeWrite(s3, request, tags);
  const condition = writeCondition(request);
  // Comparing ETags reads the object, so S3 asks for that right too.
  if (condition.ifMatch !== undefined) authorize(s3, request, "GetObject");
  const described = describedBy(request.headers);
  const { bucket, key } = request;
  // Known to fail already: said before the body is sent. The check that counts is the one in the transaction.
  checkCondition(key, s3.objects.find(bucket.name, key), condition);

  const object = await withBody(s3, bodyBytes(request.headers), async (bodyId) => {
    const received = await receive(request, (pieces, seen) => s3.bodies.write(bodyId, pieces, seen));
    const { bytes, md5: etag } = received;
    const checksum = { ...received.checksum, type: "FULL_OBJECT" as const };
    const fresh = { ...described, tags, bucket, key, bodyId, bytes, etag, checksum };
    return commitObject(s3, fresh, condition, causeOf(request, "PutObject"));
  });

  return {
    status: 200,
    headers: {
      etag: `"${object.etag}"`,
      "x-amz-server-side-encryption": "AES256",
      "content-length": 0,
      ...checksumHeaders(object.checksum),
      ...expirationHeader(bucket, object),
    },
  };
};
