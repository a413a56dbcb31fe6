import { createReadStream } from "node:fs";
import { first } from "../../gate/query.ts";
import { AwsError } from "../../world.ts";
import { authorizeWrite } from "../authorize.ts";
import { type Algorithm, checksumIn, DEFAULT_ALGORITHM, elementOf, headerOf, parseAlgorithm } from "../checksums.ts";
import { discard, withBody } from "../commit.ts";
import { parseRange } from "../conditions.ts";
import type { Operation, Request, S3 } from "../context.ts";
import { refuseHeaders } from "../described.ts";
import { invalidArgument, noSuchUpload } from "../errors.ts";
import { bodyBytes, Digest, MAX_PUT_BYTES, type PlainChecksum, receive } from "../payload.ts";
import { isoSeconds, sendXml } from "../respond.ts";
import { copySource } from "../source.ts";
import type { Part, Upload } from "../uploads.ts";

const MAX_PARTS = 10_000;

export const uploadPart: Operation = async (s3, request) => {
  authorizeWrite(s3, request);
  const partNumber = parsePartNumber(request);
  const upload = openUpload(s3, request);
  refuseHeaders(request.headers);
  checkAlgorithm(upload, request.headers);
  const keep = upload.algorithm ?? DEFAULT_ALGORITHM;
  let sent: PlainChecksum | undefined;
  const part = await withBody(s3, bodyBytes(request.headers), async (bodyId) => {
    const received = await receive(request, (pieces, seen) => s3.bodies.write(bodyId, pieces, seen), { keep });
    const { bytes, md5: etag, checksum } = received;
    sent = received.sent;
    return commitPart(s3, request, upload, { partNumber, bodyId, bytes, etag, checksum: checksum.value });
  });
  const { algorithm, value } = sent ?? { algorithm: keep, value: part.checksum };
  request.response.writeHead(200, {
    etag: `"${part.etag}"`,
    "x-amz-server-side-encryption": "AES256",
    "content-length": 0,
    [headerOf(algorithm)]: value,
  });
  request.response.end();
};

export const uploadPartCopy: Operation = async (s3, request) => {
  authorizeWrite(s3, request);
  const partNumber = parsePartNumber(request);
  const upload = openUpload(s3, request);
  const source = copySource(s3, request);
  const algorithm = upload.algorithm ?? DEFAULT_ALGORITHM;
  const range = copyRange(request.headers["x-amz-copy-source-range"], source.bytes);
  const bytes = range ? range.end - range.start + 1 : source.bytes;
  const part = await withBody(s3, bytes, async (bodyId) => {
    const descriptor = s3.bodies.open(source.bodyId);
    const digest = new Digest(algorithm);
    const body = createReadStream("", { fd: descriptor, start: 0, ...range, highWaterMark: 2 ** 20 });
    await s3.bodies.write(bodyId, body, digest.update);
    const { bytes, md5: etag, checksum } = digest.finish();
    return commitPart(s3, request, upload, { partNumber, bodyId, bytes, etag, checksum: checksum.value });
  });
  sendXml(request.response, 200, "CopyPartResult", {
    LastModified: isoSeconds(part.modifiedMs),
    ETag: `"${part.etag}"`,
    [elementOf(algorithm)]: part.checksum,
  });
};

/** The upload that the request names. Throws NoSuchUpload. */
export function openUpload(s3: S3, { bucket, key, query }: Request): Upload {
  const uploadId = first(query, "uploadId") ?? "";
  const upload = s3.uploads.find(bucket.name, key, uploadId);
  if (!upload) throw noSuchUpload(uploadId);
  return upload;
}

function parsePartNumber({ query }: Request): number {
  const given = first(query, "partNumber") ?? "";
  const partNumber = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (partNumber >= 1 && partNumber <= MAX_PARTS) return partNumber;
  throw invalidArgument(`Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`, "partNumber", given);
}

/**
 * A part's checksum must be of the algorithm that its upload was created with, and must be there where the upload's is
 * made of the parts'. An upload created without one takes any: SDKs send CRC32 with every part of their own accord.
 */
function checkAlgorithm({ algorithm, checksumType }: Upload, headers: Record<string, string>) {
  if (algorithm === undefined) return;
  const trailer = headers["x-amz-trailer"]?.trim().toLowerCase();
  const sent: Algorithm | undefined = trailer?.startsWith("x-amz-checksum-")
    ? parseAlgorithm(trailer.slice("x-amz-checksum-".length))
    : checksumIn(headers)?.algorithm;
  if (sent === algorithm || (sent === undefined && checksumType === "FULL_OBJECT")) return;
  const name = (one: Algorithm | undefined) => one?.toLowerCase() ?? "null";
  throw new AwsError(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${name(algorithm)}, actual checksum Type: ${name(sent)}`,
    400,
  );
}

function copyRange(header: string | undefined, bytes: number) {
  if (header === undefined) {
    if (bytes > MAX_PUT_BYTES)
      throw invalidArgument("The copy source is larger than a part may be.", "x-amz-copy-source", "");
    return undefined;
  }
  const invalid = () =>
    invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      header,
    );
  const last = /^bytes=\d+-(\d+)$/.exec(header)?.[1];
  if (last === undefined) throw invalid();
  if (Number(last) >= bytes)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${bytes}`,
      "x-amz-copy-source-range",
      header,
    );
  const range = parseRange(header, bytes);
  if (!range) throw invalid();
  return range;
}

/** Keeps the part, unless its upload has gone meanwhile; the part it replaces goes. */
function commitPart(s3: S3, request: Request, { uploadId }: Upload, fresh: Omit<Part, "modifiedMs">): Part {
  return s3.world.store.transaction(() => {
    openUpload(s3, request);
    const part = { ...fresh, modifiedMs: s3.world.clock.now() };
    const before = s3.uploads.part(uploadId, part.partNumber);
    s3.uploads.putPart(uploadId, part);
    if (before) discard(s3, [before.bodyId]);
    return part;
  });
}
