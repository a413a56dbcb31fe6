import { first } from "../../gate/query.ts";
import { authorize } from "../authorize.ts";
import { DEFAULT_ALGORITHM, elementOf } from "../checksums.ts";
import type { Operation } from "../context.ts";
import { invalidArgument } from "../errors.ts";
import { abortHeaders } from "../lifecycle.ts";
import { keyEncoder, parseLimit } from "../listing.ts";
import { isoSeconds, xml } from "../output.ts";
import { initiator, ownerOf } from "../owner.ts";
import { openUpload } from "../upload.ts";

export const listParts: Operation = (s3, request) => {
  const { query, bucket, key } = request;
  authorize(s3, request, "ListMultipartUploadParts");
  const upload = openUpload(s3, request);
  const limit = parseLimit(query, "max-parts");
  const marker = first(query, "part-number-marker") || "0";
  if (!/^\d{1,9}$/.test(marker)) {
    throw invalidArgument(
      "Provided part-number-marker not an integer or within integer range",
      "part-number-marker",
      marker,
    );
  }
  const found = s3.uploads.parts(upload.uploadId, Number(marker), limit + 1);
  const parts = found.slice(0, limit);
  const algorithm = upload.algorithm ?? DEFAULT_ALGORITHM;
  const encode = keyEncoder(query);
  const content = {
    Bucket: bucket.name,
    Key: encode(key),
    UploadId: upload.uploadId,
    Initiator: initiator(upload),
    Owner: ownerOf(s3.world),
    StorageClass: "STANDARD",
    PartNumberMarker: Number(marker),
    NextPartNumberMarker: parts.at(-1)?.partNumber ?? Number(marker),
    MaxParts: limit,
    IsTruncated: limit > 0 && found.length > limit,
    ChecksumAlgorithm: upload.algorithm,
    ChecksumType: upload.algorithm && upload.checksumType,
    Part: parts.map(({ partNumber, modifiedMs, etag, bytes, checksum }) => ({
      PartNumber: partNumber,
      LastModified: isoSeconds(modifiedMs),
      ETag: `"${etag}"`,
      Size: bytes,
      [elementOf(algorithm)]: checksum,
    })),
  };
  return xml("ListPartsResult", content, { headers: abortHeaders(bucket, key, upload.initiatedMs) });
};
