export * as Sign from "./sign.ts";

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { config } from "@dropclip/core/config";
import {
  MediaNotFound,
  MediaNotPending,
  MultipartIdMissing,
  NoSuchPart,
  PartNumbersMissing,
  UploadExpired,
  UploadNotFound,
  WrongTransfer,
} from "@dropclip/core/errors";
import { FileTypes } from "@dropclip/core/file-types";
import { fn } from "@dropclip/core/fn";
import { Id, type Source, system } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { PARTS, PARTS_PER_SIGN, partCount, partLength, SIGNED_URL_SECONDS } from "@dropclip/core/limits";
import { Upload } from "@dropclip/core/upload";
import * as v from "valibot";

/** One S3 call, signed: send it with just these headers. */
export interface SignedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  partNumber?: number;
}

// The default would sign the checksum of an empty body into a URL that is to carry another.
const signer = new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED" });

const Input = v.object({
  uploadId: Id,
  fanId: Id,
  mediaId: v.pipe(v.string(), v.check(Keys.isMediaId, "must be video or image1 to image20")),
  operation: v.picklist([
    "PutObject",
    "CreateMultipartUpload",
    "UploadPart",
    "ListParts",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
  ]),
  s3UploadId: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1024))),
  partNumbers: v.optional(
    v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PARTS))),
      v.minLength(1),
      v.maxLength(PARTS_PER_SIGN),
    ),
  ),
});
type Input = v.InferOutput<typeof Input>;

/**
 * Signs S3 calls that send one pending media's bytes: to its key only, with its type and exact length, never over
 * anything that is there. URLs live 15 minutes.
 */
export const sign = fn(Input, async (input, source: Source = system) => {
  const { upload, media } = await Upload.rows(input.uploadId);
  if (upload.fanId !== input.fanId) throw UploadNotFound();
  const file = media.find((one) => one.mediaId === input.mediaId);
  if (!file) throw MediaNotFound();
  if (file.status !== "pending") throw MediaNotPending(file.status);
  const now = source.now();
  if (new Date(now).toISOString() > upload.expiresAt) throw UploadExpired(upload.expiresAt);
  const { method } = Upload.transferOf(file.bytes);
  if ((input.operation === "PutObject") !== (method === "put")) throw WrongTransfer(method);

  const ref = { ...upload, mediaId: file.mediaId };
  const type = FileTypes.byName(`.${file.extension}`)!.type;
  const target = { Bucket: config.uploadsBucket, Key: Keys.staged(ref, file.extension) };
  const requests = await Promise.all(
    calls(input, { ...target, ContentType: type }, file.bytes).map((one) => presign(one, new Date(now))),
  );
  return { requests, expiresAt: new Date(now + SIGNED_URL_SECONDS * 1000).toISOString() };
});

type SigningOptions = NonNullable<Parameters<typeof getSignedUrl>[2]>;

interface Unsigned {
  method: string;
  /** The commands' own types differ: each is bound where it is known. */
  signed: (options: SigningOptions) => Promise<string>;
  headers: Record<string, string>;
  partNumber?: number;
}

/** What is signed binds what is sent: every header here is part of the signature. */
function calls(input: Input, target: { Bucket: string; Key: string; ContentType: string }, bytes: number): Unsigned[] {
  const { ContentType, ...object } = target;
  const once = { "if-none-match": "*" };
  if (input.operation === "PutObject") {
    const command = new PutObjectCommand({ ...target, ContentLength: bytes, IfNoneMatch: "*" });
    const headers = { "content-type": ContentType, "content-length": String(bytes), ...once };
    return [{ method: "PUT", signed: (options) => getSignedUrl(signer, command, options), headers }];
  }
  if (input.operation === "CreateMultipartUpload") {
    const command = new CreateMultipartUploadCommand(target);
    const headers = { "content-type": ContentType };
    return [{ method: "POST", signed: (options) => getSignedUrl(signer, command, options), headers }];
  }
  if (!input.s3UploadId) throw MultipartIdMissing();
  const multipart = { ...object, UploadId: input.s3UploadId };
  switch (input.operation) {
    case "UploadPart":
      if (!input.partNumbers) throw PartNumbersMissing();
      return input.partNumbers.map((partNumber) => {
        if (partNumber > partCount(bytes)) throw NoSuchPart(partNumber, partCount(bytes));
        const length = partLength(bytes, partNumber);
        const command = new UploadPartCommand({ ...multipart, PartNumber: partNumber, ContentLength: length });
        const headers = { "content-length": String(length) };
        return { method: "PUT", signed: (options) => getSignedUrl(signer, command, options), headers, partNumber };
      });
    case "ListParts": {
      const command = new ListPartsCommand(multipart);
      return [{ method: "GET", signed: (options) => getSignedUrl(signer, command, options), headers: {} }];
    }
    case "AbortMultipartUpload": {
      const command = new AbortMultipartUploadCommand(multipart);
      return [{ method: "DELETE", signed: (options) => getSignedUrl(signer, command, options), headers: {} }];
    }
    case "CompleteMultipartUpload": {
      const command = new CompleteMultipartUploadCommand({ ...multipart, IfNoneMatch: "*", MpuObjectSize: bytes });
      const headers = { "content-type": "application/xml", ...once, "x-amz-mp-object-size": String(bytes) };
      return [{ method: "POST", signed: (options) => getSignedUrl(signer, command, options), headers }];
    }
  }
}

async function presign({ method, signed, headers, partNumber }: Unsigned, signingDate: Date): Promise<SignedRequest> {
  const names = new Set(Object.keys(headers));
  const url = await signed({
    expiresIn: SIGNED_URL_SECONDS,
    signingDate,
    // Both are needed: the SDK signs content-type only when asked, and moves x-amz-* headers to the query unless told not to.
    signableHeaders: new Set([...names, "host"]),
    unhoistableHeaders: names,
  });
  return { method, url, headers, ...(partNumber ? { partNumber } : {}) };
}
