import { first } from "../../gate/query.ts";
import { authorize, authorizeResource } from "../authorize.ts";
import { DEFAULT_ALGORITHM, elementOf } from "../checksums.ts";
import type { Operation } from "../context.ts";
import { invalidArgument } from "../errors.ts";
import { abort, abortHeaders } from "../lifecycle.ts";
import { keyEncoder, parseLimit } from "../listing.ts";
import { ownerOf } from "../owner.ts";
import { isoSeconds, sendXml } from "../respond.ts";
import type { Upload } from "../uploads.ts";
import { openUpload } from "./upload-part.ts";

export const abortMultipartUpload: Operation = (s3, request) => {
  authorize(s3, request, "AbortMultipartUpload");
  abort(s3, openUpload(s3, request).uploadId);
  request.response.writeHead(204);
  request.response.end();
};

export const listParts: Operation = (s3, request) => {
  const { query, bucket, key, response } = request;
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
  for (const [name, value] of Object.entries(abortHeaders(bucket, key, upload.initiatedMs)))
    response.setHeader(name, value);
  sendXml(response, 200, "ListPartsResult", {
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
  });
};

export const listMultipartUploads: Operation = (s3, request) => {
  const { query, bucket, response } = request;
  authorizeResource(s3, request, "ListBucketMultipartUploads", bucket.arn);
  const prefix = first(query, "prefix") ?? "";
  const delimiter = first(query, "delimiter") ?? "";
  const keyMarker = first(query, "key-marker") ?? "";
  const idMarker = keyMarker ? (first(query, "upload-id-marker") ?? "") : "";
  const limit = parseLimit(query, "max-uploads");
  const encode = keyEncoder(query);
  const entries: ({ upload: Upload } | { prefix: string })[] = [];
  let truncated = false;
  for (const upload of behind(s3.uploads.list(bucket.name, prefix), keyMarker, idMarker)) {
    const at = delimiter ? upload.key.indexOf(delimiter, prefix.length) : -1;
    const rolled = at < 0 ? undefined : upload.key.slice(0, at + delimiter.length);
    const last = entries.at(-1);
    if (rolled !== undefined && (rolled === keyMarker || (last && "prefix" in last && last.prefix === rolled)))
      continue;
    truncated = entries.length === limit;
    if (truncated) break;
    entries.push(rolled === undefined ? { upload } : { prefix: rolled });
  }
  const last = entries.at(-1);
  const next = !truncated || !last ? undefined : "upload" in last ? last.upload.key : last.prefix;
  sendXml(response, 200, "ListMultipartUploadsResult", {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: next === undefined ? undefined : encode(next),
    NextUploadIdMarker: truncated && last && "upload" in last ? last.upload.uploadId : undefined,
    Prefix: encode(prefix),
    Delimiter: delimiter ? encode(delimiter) : undefined,
    EncodingType: first(query, "encoding-type") || undefined,
    MaxUploads: limit,
    IsTruncated: truncated && limit > 0,
    Upload: entries.flatMap((entry) => {
      if (!("upload" in entry)) return [];
      const { upload } = entry;
      return {
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiator: initiator(upload),
        Owner: ownerOf(s3.world),
        StorageClass: "STANDARD",
        Initiated: isoSeconds(upload.initiatedMs),
        ChecksumAlgorithm: upload.algorithm,
        ChecksumType: upload.algorithm && upload.checksumType,
      };
    }),
    CommonPrefixes: entries.flatMap((entry) => ("prefix" in entry ? { Prefix: encode(entry.prefix) } : [])),
  });
};

/** Uploads above the key marker, and of the marker's own key those behind the upload-id marker. */
function behind(uploads: Upload[], keyMarker: string, idMarker: string): Upload[] {
  if (!keyMarker) return uploads;
  const order = ({ key }: Upload) => Buffer.compare(Buffer.from(key), Buffer.from(keyMarker));
  const marked = idMarker ? uploads.findIndex(({ key, uploadId }) => key === keyMarker && uploadId === idMarker) : -1;
  return uploads.filter((upload, index) => order(upload) > 0 || (marked >= 0 && order(upload) === 0 && index > marked));
}

const initiator = ({ initiator: arn }: Upload) => ({ ID: arn, DisplayName: arn.split("/").at(-1) });
