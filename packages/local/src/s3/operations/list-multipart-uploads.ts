import { first } from "../../gate/query.ts";
import { authorizeResource } from "../authorize.ts";
import type { Operation } from "../context.ts";
import { keyEncoder, parseLimit } from "../listing.ts";
import { isoSeconds, xml } from "../output.ts";
import { initiator, ownerOf } from "../owner.ts";
import type { Upload } from "../uploads.ts";

export const listMultipartUploads: Operation = (s3, request) => {
  const { query, bucket } = request;
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
  return xml("ListMultipartUploadsResult", {
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
