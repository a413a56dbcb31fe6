export * as Sign from "./sign.ts";

import { AnotherMultipart, MultipartNotBegun, NoSuchPart, PartNumbersMissing } from "@dropclip/core/errors";
import { fn } from "@dropclip/core/fn";
import { Id, type Source, system } from "@dropclip/core/ids";
import { PARTS, PARTS_PER_SIGN, partCount, partLength, SIGNED_URL_SECONDS } from "@dropclip/core/limits";
import { User } from "@dropclip/core/user";
import * as v from "valibot";
import { Signer } from "../aws/signer.ts";
import { MediaId, Sendable } from "./sendable.ts";

const PartNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(PARTS));

/** What is to be signed: one S3 operation on one media, or one UploadPart for each of several parts. */
export const Input = v.object({
  mediaId: MediaId,
  operation: v.picklist(["PutObject", "UploadPart", "ListParts", "CompleteMultipartUpload", "AbortMultipartUpload"]),
  /** The multipart upload that is meant: refused when it is not the one that the file's record names. */
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

const SignInput = v.object({ ...Input.entries, uploadId: Id, ...User.Caller.entries });
type SignInput = v.InferOutput<typeof SignInput>;

/**
 * Signs S3 calls that send one pending media's bytes: to its key only, with its type and exact length, never over
 * anything that is there. URLs live 15 minutes, and can do what the role of their user may do in this directory.
 */
export const sign = fn(SignInput, async (input, source: Source = system): Promise<v.InferOutput<typeof Answer>> => {
  const now = source.now();
  const file = await Sendable.find(input, input.operation === "PutObject" ? "put" : "multipart", source);
  const requests = await Signer.presign(file.identity, callsOf(input, file), now);
  return { requests, expiresAt: new Date(now + SIGNED_URL_SECONDS * 1000).toISOString() };
});

/** What is signed binds what is sent: every header here is part of the signature. */
function callsOf(input: SignInput, { bucket, key, type, bytes, s3UploadId }: Sendable.Sendable): Signer.Unsigned[] {
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
