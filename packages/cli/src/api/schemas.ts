import * as v from "valibot";

const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));

/** How a pending media's file is to be sent. */
export const Transfer = v.variant("method", [
  v.looseObject({ method: v.literal("put") }),
  v.looseObject({ method: v.literal("multipart"), partBytes: v.pipe(bytes, v.minValue(1)) }),
]);
export type Transfer = v.InferOutput<typeof Transfer>;

const Urls = v.looseObject({
  content: v.optional(v.string()),
  stream: v.optional(v.string()),
  thumbnail: v.optional(v.string()),
});

/** One file of an upload. Statuses this client does not know are ends it can only name, so any text is taken. */
export const Media = v.looseObject({
  mediaId: v.string(),
  contentType: v.string(),
  fileName: v.optional(v.string()),
  bytes,
  status: v.string(),
  progress: v.optional(v.number()),
  reason: v.optional(v.looseObject({ code: v.string(), message: v.string() })),
  urls: v.optional(Urls),
  transfer: v.optional(Transfer),
});
export type Media = v.InferOutput<typeof Media>;

/** The record of an upload. What it has besides is kept, for `--json`. */
export const Upload = v.looseObject({
  uploadId: v.string(),
  eventId: v.string(),
  status: v.string(),
  media: v.array(Media),
});
export type Upload = v.InferOutput<typeof Upload>;

/** A call to S3 that the API has signed: to be sent with exactly these headers. */
export const SignedRequest = v.looseObject({
  method: v.string(),
  url: v.pipe(v.string(), v.url(), v.regex(/^https?:/)),
  headers: v.record(v.string(), v.string()),
  partNumber: v.optional(v.pipe(v.number(), v.integer())),
});
export type SignedRequest = v.InferOutput<typeof SignedRequest>;

export const Signed = v.looseObject({
  requests: v.array(SignedRequest),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});
export type Signed = v.InferOutput<typeof Signed>;

/** How the API says no. */
export const Problem = v.looseObject({ code: v.string(), message: v.string(), requestId: v.optional(v.string()) });
