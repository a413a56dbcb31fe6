import { randomBytes } from "node:crypto";
import { AwsError } from "../../world.ts";
import { authorizeWrite } from "../authorize.ts";
import { DEFAULT_ALGORITHM, multipartType, parseAlgorithm } from "../checksums.ts";
import type { Operation } from "../context.ts";
import { describedBy } from "../described.ts";
import { abortHeaders } from "../lifecycle.ts";
import { xml } from "../output.ts";
import { tagsInHeader } from "../tags.ts";

export const createMultipartUpload: Operation = (s3, request) => {
  const { bucket, key, headers, principal } = request;
  const tags = tagsInHeader(headers);
  authorizeWrite(s3, request, tags);
  const asked = headers["x-amz-checksum-algorithm"];
  const type = headers["x-amz-checksum-type"];
  if (type !== undefined && asked === undefined) {
    throw new AwsError(
      "InvalidRequest",
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
      400,
    );
  }
  const algorithm = asked === undefined ? undefined : parseAlgorithm(asked);
  const checksumType = multipartType(algorithm ?? DEFAULT_ALGORITHM, type);
  // What could not take a part is not begun.
  s3.world.store.disk.admit(0)();
  const uploadId = randomBytes(48).toString("base64url");
  const initiatedMs = s3.world.clock.now();
  const upload = { uploadId, bucket: bucket.name, key, initiatedMs, algorithm, checksumType, initiator: principal.arn };
  s3.uploads.create({ ...upload, ...describedBy(headers), tags });

  const content = { Bucket: bucket.name, Key: key, UploadId: uploadId };
  return xml("InitiateMultipartUploadResult", content, {
    headers: {
      "x-amz-server-side-encryption": "AES256",
      ...(algorithm && { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": checksumType }),
      ...abortHeaders(bucket, key, initiatedMs),
    },
  });
};
