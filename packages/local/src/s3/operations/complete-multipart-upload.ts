import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { encodeRfc3986, first } from "../../gate/query.ts";
import { sha256Hex } from "../../gate/sha256.ts";
import { AwsError } from "../../world.ts";
import { authorize, authorizeWrite } from "../authorize.ts";
import { ALGORITHMS, type Checksum, DEFAULT_ALGORITHM, elementOf, headerOf, ofParts } from "../checksums.ts";
import { causeOf, checkCondition, commitObject, discard, withBody, writeCondition } from "../commit.ts";
import type { Operation, Request, S3 } from "../context.ts";
import { invalidPart, malformedXml, noSuchUpload } from "../errors.ts";
import { expirationHeader } from "../lifecycle.ts";
import { type S3Output, xml } from "../output.ts";
import { badChecksum, receiveText } from "../payload.ts";
import type { Part, Upload } from "../uploads.ts";
import { list, parseXml, text } from "../xml.ts";

const MIN_PART_BYTES = 5 * 2 ** 20;
const MAX_PARTS = 10_000;
/** 10,000 parts with a checksum each, generously indented. */
const MAX_BODY_BYTES = 8 * 2 ** 20;

/** A part as the client lists it. */
interface Listed {
  partNumber: number;
  etag: string;
  checksums: Record<string, string>;
}

interface Result {
  Location: string;
  Bucket: string;
  Key: string;
  ETag: string;
  [element: string]: string;
}

export const completeMultipartUpload: Operation = async (s3, request) => {
  authorizeWrite(s3, request);
  const condition = writeCondition(request);
  if (condition.ifMatch !== undefined) authorize(s3, request, "GetObject");
  const uploadId = first(request.query, "uploadId") ?? "";
  const listed = parseParts((await receiveText(withoutChecksum(request), MAX_BODY_BYTES)).text);
  const fingerprint = sha256Hex(JSON.stringify(listed.map(({ partNumber, etag }) => [partNumber, etag])));
  // Two requests for one upload: the second waits, then answers as a repeat of the first.
  while (s3.completing.has(uploadId)) await s3.completing.get(uploadId);
  const upload = s3.uploads.find(request.bucket.name, request.key, uploadId);
  if (!upload) return answer(s3, request, repeated(s3, request, uploadId, fingerprint));
  const work = complete(s3, request, upload, listed, fingerprint);
  s3.completing.set(
    uploadId,
    work.catch(() => undefined),
  );
  try {
    return answer(s3, request, await work);
  } finally {
    s3.completing.delete(uploadId);
  }
};

async function complete(s3: S3, request: Request, upload: Upload, listed: Listed[], fingerprint: string) {
  const { bucket, key } = request;
  const condition = writeCondition(request);
  checkCondition(key, s3.objects.find(bucket.name, key), condition);
  const parts = matchParts(s3, upload, listed);
  checkSize(request, parts);
  const checksum = checksumOf(upload, parts);
  checkChecksum(request, checksum);
  const md5s = createHash("md5");
  for (const { etag } of parts) md5s.update(Buffer.from(etag, "hex"));
  const etag = `${md5s.digest("hex")}-${parts.length}`;
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const { headers, metadata, tags } = upload;

  return withBody(s3, bytes, async (bodyId) => {
    await s3.bodies.write(bodyId, concatenated(s3, upload, parts), () => undefined);
    const fresh = { headers, metadata, tags, bucket, key, bodyId, bytes, etag, checksum };
    let result: Result | undefined;
    commitObject(s3, fresh, condition, causeOf(request, "CompleteMultipartUpload"), ({ modifiedMs }) => {
      // Aborted, or a part replaced, while the parts were put together.
      if (!s3.uploads.find(bucket.name, key, upload.uploadId)) throw noSuchUpload(upload.uploadId);
      matchParts(s3, upload, listed);
      result = {
        Location: `${s3.world.endpoint()}/${bucket.name}/${key.split("/").map(encodeRfc3986).join("/")}`,
        Bucket: bucket.name,
        Key: key,
        ETag: `"${etag}"`,
        [elementOf(checksum.algorithm)]: checksum.value,
        ChecksumType: checksum.type,
      };
      const completed = { bucket: bucket.name, key, parts: fingerprint, etag, answer: JSON.stringify(result) };
      s3.uploads.remember(upload.uploadId, modifiedMs, completed);
      const all = s3.uploads.parts(upload.uploadId).map((part) => part.bodyId);
      s3.uploads.delete(upload.uploadId);
      discard(s3, all);
    });
    return result!;
  });
}

function answer(s3: S3, { bucket, key }: Request, result: Result): S3Output {
  const object = s3.objects.find(bucket.name, key) ?? { key, modifiedMs: s3.world.clock.now() };
  return xml("CompleteMultipartUploadResult", result, {
    headers: { "x-amz-server-side-encryption": "AES256", ...expirationHeader(bucket, object) },
  });
}

/** The answer of an upload completed before with the same parts, while its object stands. Throws NoSuchUpload. */
function repeated(s3: S3, { bucket, key }: Request, uploadId: string, fingerprint: string): Result {
  const completed = s3.uploads.completed(uploadId);
  const same = completed?.bucket === bucket.name && completed.key === key && completed.parts === fingerprint;
  if (!completed || !same || s3.objects.find(bucket.name, key)?.etag !== completed.etag) throw noSuchUpload(uploadId);
  return JSON.parse(completed.answer);
}

function parseParts(body: string): Listed[] {
  const parts = list(parseXml(body, "CompleteMultipartUpload"), "Part").map((part) => {
    const partNumber = Number(text(part, "PartNumber")?.trim() || Number.NaN);
    const etag = text(part, "ETag")
      ?.trim()
      .replace(/^"(.*)"$/, "$1");
    if (!Number.isInteger(partNumber) || etag === undefined) throw malformedXml();
    const checksums: Record<string, string> = {};
    for (const algorithm of ALGORITHMS) {
      const value = text(part, elementOf(algorithm))?.trim();
      if (value) checksums[algorithm] = value;
    }
    return { partNumber, etag, checksums };
  });
  if (parts.length === 0 || parts.length > MAX_PARTS) throw malformedXml();
  return parts;
}

/** The stored parts that the client lists, each as it lists it. */
function matchParts(s3: S3, { uploadId, algorithm, checksumType }: Upload, listed: Listed[]): Part[] {
  const stored = new Map(s3.uploads.parts(uploadId).map((part) => [part.partNumber, part]));
  listed.forEach(({ partNumber }, index) => {
    if (index > 0 && partNumber <= listed[index - 1]!.partNumber) {
      throw new AwsError(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
        400,
        { UploadId: uploadId },
      );
    }
  });
  const kept = algorithm ?? DEFAULT_ALGORITHM;
  return listed.map(({ partNumber, etag, checksums }, index) => {
    const part = stored.get(partNumber);
    if (part?.etag !== etag) throw invalidPart(uploadId, partNumber, etag);
    if (algorithm && checksumType === "COMPOSITE" && !checksums[algorithm]) {
      throw new AwsError(
        "InvalidRequest",
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`,
        400,
      );
    }
    // For an upload that was created without an algorithm only S3's own checksums are kept and compared.
    const claimed = Object.entries(checksums).filter(([name]) => algorithm || name === kept);
    if (claimed.some(([name, value]) => name !== kept || value !== part.checksum))
      throw invalidPart(uploadId, partNumber, etag);
    if (index < listed.length - 1 && part.bytes < MIN_PART_BYTES) {
      throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400, {
        ProposedSize: part.bytes,
        MinSizeAllowed: MIN_PART_BYTES,
        PartNumber: partNumber,
        ETag: part.etag,
      });
    }
    return part;
  });
}

function checkSize({ headers }: Request, parts: Part[]) {
  const claimed = headers["x-amz-mp-object-size"];
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (claimed === undefined || claimed === String(bytes)) return;
  throw new AwsError(
    "InvalidRequest",
    `The provided 'x-amz-mp-object-size' header value ${claimed} does not match what was computed: ${bytes}`,
    400,
  );
}

const checksumOf = ({ algorithm, checksumType }: Upload, parts: Part[]) =>
  ofParts(algorithm ?? DEFAULT_ALGORITHM, checksumType, parts);

/** A checksum of the whole object may come with the request; it is checked before anything is put together. */
function checkChecksum({ headers }: Request, checksum: Checksum) {
  const type = headers["x-amz-checksum-type"];
  if (type !== undefined && type !== checksum.type) {
    throw new AwsError(
      "InvalidRequest",
      `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.`,
      400,
    );
  }
  const claimed = headers[headerOf(checksum.algorithm)];
  if (claimed !== undefined && claimed !== checksum.value) throw badChecksum(checksum.algorithm);
}

/** The checksum header of this request is the object's, not that of the request's own document. */
function withoutChecksum(request: Request): Request {
  const headers = Object.entries(request.headers).filter(([name]) => !/^x-amz-(sdk-)?checksum-/.test(name));
  return { ...request, headers: Object.fromEntries(headers) };
}

async function* concatenated(s3: S3, { uploadId }: Upload, parts: Part[]): AsyncGenerator<Uint8Array> {
  for (const { bodyId, partNumber, etag } of parts) {
    try {
      yield* createReadStream(s3.bodies.path(bodyId), { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw invalidPart(uploadId, partNumber, etag);
    }
  }
}
