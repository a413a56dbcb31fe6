export * as Sendable from "./sendable.ts";

import * as v from "valibot";
import { User } from "../account/user.ts";
import { config } from "../config.ts";
import {
  AnotherMultipart,
  MediaNotPending,
  MultipartNotBegun,
  NoSuchPart,
  PartNumbersMissing,
  UploadExpired,
  UploadNotFound,
  WrongTransfer,
} from "../errors.ts";
import { FileTypes } from "../files/file-types.ts";
import { fn } from "../fn.ts";
import { Id, type Source, system } from "../ids.ts";
import { Keys } from "../keys.ts";
import { PARTS, PARTS_PER_SIGN, partCount, partLength } from "../limits.ts";
import type { Signable } from "../signable.ts";
import { transferOf } from "./record.ts";
import { mediaOf, read } from "./rows.ts";
import { MediaId } from "./schemas.ts";

export { MediaId } from "./schemas.ts";

/** A file whose bytes are awaited: where they go, and whose rights send them. */
export interface Sendable {
  bucket: string;
  key: string;
  /** Its MIME type, by the name it was announced with. */
  type: string;
  bytes: number;
  /** S3's id of the multipart upload that was begun for it. */
  s3UploadId: string | undefined;
  identity: Signable.Identity;
}

/**
 * A file that its own fan may send now, and by this method. `UploadNotFound`, `MediaNotFound`, `MediaNotPending`,
 * `UploadExpired`, `WrongTransfer`.
 */
export async function find(
  { uploadId, mediaId, ...caller }: { uploadId: Id; mediaId: string } & User.Caller,
  wanted: "put" | "multipart",
  source: Source = system,
): Promise<Sendable> {
  const rows = await read(uploadId);
  const { upload } = rows;
  if (upload.fanId !== caller.userId) throw UploadNotFound();
  const file = mediaOf(rows, mediaId);
  if (file.status !== "pending") throw MediaNotPending(file.status);
  if (new Date(source.now()).toISOString() > upload.expiresAt) throw UploadExpired(upload.expiresAt);
  const { method } = transferOf(file.bytes);
  if (method !== wanted) throw WrongTransfer(method);
  return {
    bucket: config.uploadsBucket,
    key: Keys.staged({ ...upload, mediaId }, file.extension),
    type: FileTypes.byName(`.${file.extension}`)!.type,
    bytes: file.bytes,
    s3UploadId: file.s3UploadId,
    identity: identityOf(upload, caller),
  };
}

/** A creative at their own event signs as its creative, all others as a fan. */
function identityOf(
  upload: { eventId: string; fanId: string; creativeId: string },
  caller: User.Caller,
): Signable.Identity {
  const { eventId, fanId, creativeId } = upload;
  return User.isCreativeOf(upload, caller)
    ? { roleArn: config.creativeRole, tags: { eventId, creativeId } }
    : { roleArn: config.fanRole, tags: { eventId, fanId } };
}

const PartNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PARTS));

/** What is to be signed: one S3 operation on one media, or one UploadPart for each of several parts. */
export const Input = v.object({
  mediaId: MediaId,
  operation: v.picklist(["PutObject", "UploadPart", "ListParts", "CompleteMultipartUpload", "AbortMultipartUpload"]),
  /** The multipart upload that is meant: refused when it is not the one that the file's record names. */
  s3UploadId: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1024))),
  /** Parts to sign, for UploadPart. */
  partNumbers: v.optional(v.pipe(v.array(PartNumber), v.minLength(1), v.maxLength(PARTS_PER_SIGN))),
  /** For ListParts: the page begins after this part. */
  partNumberMarker: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(PARTS))),
});

const CallsInput = v.object({ ...Input.entries, uploadId: Id, ...User.Caller.entries });

/**
 * The S3 calls that may be signed to send one pending file: to its key only, with its type and exact length, never over
 * anything that is there. Refuses what `find` does, and `PartNumbersMissing`, `MultipartNotBegun`, `AnotherMultipart`,
 * `NoSuchPart`.
 */
export const calls = fn(CallsInput, async (input, source: Source = system): Promise<Signable.Signable> => {
  const file = await find(input, input.operation === "PutObject" ? "put" : "multipart", source);
  return { identity: file.identity, calls: callsOf(input, file) };
});

/** What is signed binds what is sent: every header here is part of the signature. */
function callsOf(
  input: v.InferOutput<typeof Input>,
  { bucket, key, type, bytes, s3UploadId }: Sendable,
): Signable.Call[] {
  const object = { bucket, key };
  const once = { "if-none-match": "*" };
  if (input.operation === "PutObject")
    return [{ ...object, method: "PUT", headers: { "content-type": type, ...once }, contentLength: bytes }];
  if (input.operation === "UploadPart" && !input.partNumbers) throw PartNumbersMissing();
  if (s3UploadId === undefined) throw MultipartNotBegun();
  if (input.s3UploadId !== undefined && input.s3UploadId !== s3UploadId) throw AnotherMultipart();
  const query = { uploadId: s3UploadId };
  switch (input.operation) {
    case "UploadPart":
      return input.partNumbers!.map((partNumber) => {
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
