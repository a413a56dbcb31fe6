import * as v from "valibot";

const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));
const url = v.pipe(v.string(), v.url(), v.regex(/^https?:/));

/** How to send a pending media's file. */
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
export type Urls = v.InferOutput<typeof Urls>;

const Reason = v.looseObject({ code: v.string(), message: v.string() });

/** One file of an upload. A status that this client does not know is final and only shown, so any text is accepted. */
export const Media = v.looseObject({
  mediaId: v.string(),
  contentType: v.string(),
  fileName: v.optional(v.string()),
  bytes,
  status: v.string(),
  hidden: v.optional(v.boolean()),
  progress: v.optional(v.number()),
  reason: v.optional(Reason),
  urls: v.optional(Urls),
  transfer: v.optional(Transfer),
});
export type Media = v.InferOutput<typeof Media>;

/** The record of an upload. Other members are kept, for `--json`. */
export const Upload = v.looseObject({
  uploadId: v.string(),
  eventId: v.string(),
  fanId: v.optional(v.string()),
  status: v.string(),
  createdAt: v.optional(v.string()),
  media: v.array(Media),
});
export type Upload = v.InferOutput<typeof Upload>;

/** A call to S3 that the API has signed. Send it with exactly these headers; Content-Length may be added. */
export const SignedRequest = v.looseObject({
  method: v.string(),
  url,
  headers: v.record(v.string(), v.string()),
  partNumber: v.optional(v.pipe(v.number(), v.integer())),
});
export type SignedRequest = v.InferOutput<typeof SignedRequest>;

export const Signed = v.looseObject({
  requests: v.array(SignedRequest),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
});
export type Signed = v.InferOutput<typeof Signed>;

/** The multipart upload that sends a file. */
export const Begun = v.looseObject({ s3UploadId: v.pipe(v.string(), v.minLength(1)) });
export type Begun = v.InferOutput<typeof Begun>;

/** URLs of a media's files for users who may see them before the public, or when the public may not. */
export const Preview = v.looseObject({ urls: Urls, expiresAt: v.string() });

/** Where published media are to be had as a file. */
export const Download = v.looseObject({ url, fileName: v.string(), expiresAt: v.string() });

/** A form that sends one file to S3: the fields, then the file as `file`. */
export const PostForm = v.looseObject({ url, fields: v.record(v.string(), v.string()), version: v.string() });
export type PostForm = v.InferOutput<typeof PostForm>;

/** A flyer or picture that is served now. */
export const Served = v.looseObject({ url: v.string(), version: v.optional(v.string()) });

/** The result for the flyer or picture that was sent last. */
export const Offered = v.looseObject({ version: v.string(), status: v.string(), reason: v.optional(Reason) });

export const Flyer = v.looseObject({ flyer: v.optional(Served), upload: v.optional(Offered) });
export type Flyer = v.InferOutput<typeof Flyer>;

/** The user, as the API returns them. */
export const Me = v.looseObject({
  userId: v.string(),
  groups: v.array(v.string()),
  displayName: v.optional(v.string()),
  public: v.optional(v.boolean()),
  picture: v.optional(Served),
  pictureUpload: v.optional(Offered),
});
export type Me = v.InferOutput<typeof Me>;

export const Event = v.looseObject({
  eventId: v.string(),
  creativeId: v.string(),
  title: v.string(),
  venue: v.optional(v.string()),
  startsAt: v.optional(v.string()),
  endsAt: v.optional(v.string()),
  opensAt: v.string(),
  closesAt: v.string(),
  contentTypes: v.array(v.string()),
  videoBytes: bytes,
  videoDurationMs: v.number(),
  imageBytes: bytes,
  uploadsPerFan: v.number(),
  flyer: v.optional(Served),
});
export type Event = v.InferOutput<typeof Event>;

/** Published media, as galleries and collections return them. */
export const Published = v.looseObject({
  eventId: v.string(),
  uploadId: v.string(),
  mediaId: v.string(),
  contentType: v.string(),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  durationMs: v.optional(v.number()),
  publishedAt: v.optional(v.string()),
  urls: v.optional(Urls),
});
export type Published = v.InferOutput<typeof Published>;

/** What a user reported of a creative's event. A reason that this client does not know is only shown. */
export const Report = v.looseObject({
  reportId: v.string(),
  uploadId: v.string(),
  mediaId: v.string(),
  reason: v.string(),
  text: v.optional(v.string()),
  createdAt: v.string(),
});
export type Report = v.InferOutput<typeof Report>;

export const Collection = v.looseObject({
  collectionId: v.string(),
  title: v.string(),
  description: v.optional(v.string()),
  size: v.number(),
  updatedAt: v.optional(v.string()),
});
export type Collection = v.InferOutput<typeof Collection>;

/** The body of the API's errors. */
export const Problem = v.looseObject({ code: v.string(), message: v.string(), requestId: v.optional(v.string()) });
