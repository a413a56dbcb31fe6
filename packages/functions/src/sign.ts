export * as Sign from "./sign.ts";

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
import { Signer } from "./signer.ts";

const PartNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PARTS));

/** What is to be signed: one S3 operation on one media, or one UploadPart for each of several parts. */
export const Input = v.object({
  mediaId: v.pipe(v.string(), v.check(Keys.isMediaId, "must be video or image1 to image20")),
  operation: v.picklist([
    "PutObject",
    "CreateMultipartUpload",
    "UploadPart",
    "ListParts",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
  ]),
  /** S3's id of the multipart upload. */
  s3UploadId: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1024))),
  /** Of UploadPart. */
  partNumbers: v.optional(v.pipe(v.array(PartNumber), v.minLength(1), v.maxLength(PARTS_PER_SIGN))),
  /** Of ListParts: the page after this part. */
  partNumberMarker: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(PARTS))),
});

export const Answer = v.object({
  requests: v.array(
    v.object({
      method: v.string(),
      url: v.string(),
      key: v.string(),
      headers: v.record(v.string(), v.string()),
      partNumber: v.optional(v.number()),
    }),
  ),
  expiresAt: v.string(),
});

const SignInput = v.object({ ...Input.entries, uploadId: Id, userId: Id });
type SignInput = v.InferOutput<typeof SignInput>;

/**
 * Signs S3 calls that send one pending media's bytes: to its key only, with its type and exact length, never over
 * anything that is there. URLs live 15 minutes, and can do what the role of their user may do in this directory.
 */
export const sign = fn(SignInput, async (input, source: Source = system): Promise<v.InferOutput<typeof Answer>> => {
  const { upload, media } = await Upload.look(input.uploadId);
  if (upload.fanId !== input.userId) throw UploadNotFound();
  const file = media.find((one) => one.mediaId === input.mediaId);
  if (!file) throw MediaNotFound();
  if (file.status !== "pending") throw MediaNotPending(file.status);
  const now = source.now();
  if (new Date(now).toISOString() > upload.expiresAt) throw UploadExpired(upload.expiresAt);
  const { method } = Upload.transferOf(file.bytes);
  if ((input.operation === "PutObject") !== (method === "put")) throw WrongTransfer(method);

  const key = Keys.staged({ ...upload, mediaId: file.mediaId }, file.extension);
  const type = FileTypes.byName(`.${file.extension}`)!.type;
  const calls = callsOf(input, { bucket: config.uploadsBucket, key }, type, file.bytes);
  const requests = await Signer.presign(identityOf(upload), calls, now);
  return { requests, expiresAt: new Date(now + SIGNED_URL_SECONDS * 1000).toISOString() };
});

/** A creative at their own event signs as its creative, everybody else as a fan. */
function identityOf({
  eventId,
  fanId,
  creativeId,
}: {
  eventId: string;
  fanId: string;
  creativeId: string;
}): Signer.Identity {
  return fanId === creativeId
    ? { roleArn: config.creativeRole, tags: { eventId, creativeId } }
    : { roleArn: config.fanRole, tags: { eventId, fanId } };
}

/** What is signed binds what is sent: every header here is part of the signature. */
function callsOf(
  input: SignInput,
  object: { bucket: string; key: string },
  type: string,
  bytes: number,
): Signer.Unsigned[] {
  const once = { "if-none-match": "*" };
  if (input.operation === "PutObject")
    return [{ ...object, method: "PUT", headers: { "content-type": type, ...once }, contentLength: bytes }];
  if (input.operation === "CreateMultipartUpload")
    return [{ ...object, method: "POST", query: { uploads: "" }, headers: { "content-type": type } }];
  if (!input.s3UploadId) throw MultipartIdMissing();
  const query = { uploadId: input.s3UploadId };
  switch (input.operation) {
    case "UploadPart":
      if (!input.partNumbers) throw PartNumbersMissing();
      return input.partNumbers.map((partNumber) => {
        if (partNumber > partCount(bytes)) throw NoSuchPart(partNumber, partCount(bytes));
        const contentLength = partLength(bytes, partNumber);
        const part = { ...query, partNumber: String(partNumber) };
        return { ...object, method: "PUT", query: part, contentLength, partNumber };
      });
    case "ListParts": {
      const marker = input.partNumberMarker ?? 0;
      return [{ ...object, method: "GET", query: { ...query, "part-number-marker": String(marker) } }];
    }
    case "AbortMultipartUpload":
      return [{ ...object, method: "DELETE", query }];
    case "CompleteMultipartUpload": {
      const size = { "x-amz-mp-object-size": String(bytes) };
      return [{ ...object, method: "POST", query, headers: { "content-type": "application/xml", ...once, ...size } }];
    }
  }
}
