import * as v from "valibot";
import { named } from "./schemas.ts";

/** Signed S3 calls: send each with exactly its headers, before `expiresAt` (ISO 8601 UTC). */
export const Requests = v.object({
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
export type Requests = v.InferOutput<typeof Requests>;

/** S3's id of a multipart upload that has begun, and the key of the object it makes. */
export const Multipart = v.object({ s3UploadId: v.string(), key: v.string() });
export type Multipart = v.InferOutput<typeof Multipart>;

/** Signed URLs of a media's file and thumbnail, valid until `expiresAt` (ISO 8601 UTC). */
export const Preview = v.object({
  urls: v.object({ content: v.string(), thumbnail: v.string() }),
  expiresAt: v.string(),
});
export type Preview = v.InferOutput<typeof Preview>;

/** A form to post a picture with: these fields, then the picture as `file`. */
export const PostForm = named("PostForm", {
  url: v.string(),
  fields: v.record(v.string(), v.string()),
  version: v.string(),
  expiresAt: v.string(),
});
