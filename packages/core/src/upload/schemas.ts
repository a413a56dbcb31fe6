import * as v from "valibot";
import { shownName } from "../files/file-name.ts";
import { Id } from "../ids.ts";
import { Keys } from "../keys.ts";
import { FILE_NAME_LENGTH, IMAGES_PER_UPLOAD, VIDEOS_PER_UPLOAD } from "../limits.ts";
import { named, Time } from "../schemas.ts";
import { CONTENT_TYPES, MEDIA_STATUS, UPLOAD_STATUS } from "../store/statuses.ts";
import { Storyboard } from "../video/storyboard.ts";

/** `video`, or `image1` … `image20`. */
export const MediaId = v.pipe(v.string(), v.check(Keys.isMediaId, "must be video or image1 to image20"));

/** How a file's bytes are to be sent. */
export const Transfer = v.variant("method", [
  v.object({ method: v.literal("put") }),
  v.object({ method: v.literal("multipart"), partBytes: v.number() }),
]);
export type Transfer = v.InferOutput<typeof Transfer>;

/** Where the edge serves one published media; `stream` (HLS) of videos only. */
export const Urls = named("Urls", { content: v.string(), stream: v.optional(v.string()), thumbnail: v.string() });

/** One file of an upload. */
export const MediaInfo = named("UploadMedia", {
  mediaId: v.string(),
  contentType: v.picklist(CONTENT_TYPES),
  fileName: v.string(),
  bytes: v.number(),
  status: v.picklist(MEDIA_STATUS),
  /** Percent. */
  progress: v.number(),
  /** Why it was refused; `said` are the performer's own words, where it was them and they said any. */
  reason: v.optional(v.object({ code: v.string(), message: v.string(), said: v.optional(v.string()) })),
  /** True when the event's creative has hidden it from the public; it has no URLs then. */
  hidden: v.optional(v.boolean()),
  /** True while it is ready but waits for the event's creative to publish or refuse it; it has no URLs then. */
  waiting: v.optional(v.boolean()),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  durationMs: v.optional(v.number()),
  urls: v.optional(Urls),
  /** The frames for scrubbing, of a published video. */
  storyboard: v.optional(Storyboard.Info),
  timeline: v.array(v.object({ at: Time, step: v.string() })),
  /** While the bytes are awaited. */
  transfer: v.optional(Transfer),
});
export type MediaInfo = v.InferOutput<typeof MediaInfo>;

/** The record of an upload; times ISO 8601 UTC. */
export const Info = named("Upload", {
  uploadId: Id,
  eventId: Id,
  fanId: Id,
  creativeId: Id,
  contentType: v.picklist(CONTENT_TYPES),
  status: v.picklist(UPLOAD_STATUS),
  /** The URLs of the video if there is one, otherwise of the first image; set once that is complete. */
  urls: v.optional(Urls),
  /** Percent, mean over the media. */
  progress: v.number(),
  createdAt: Time,
  completedAt: v.optional(Time),
  expiresAt: Time,
  media: v.array(MediaInfo),
});
export type Info = v.InferOutput<typeof Info>;

/** The files of a new upload. */
export const Files = v.pipe(
  v.array(
    v.object({
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(FILE_NAME_LENGTH), v.transform(shownName)),
      /**
       * What the device says. Name and content decide, but one that contradicts them is refused; it tells the type of a
       * name without an extension.
       */
      type: v.optional(v.pipe(v.string(), v.maxLength(255))),
      bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
  ),
  v.minLength(1),
  v.maxLength(VIDEOS_PER_UPLOAD + IMAGES_PER_UPLOAD + 1),
);
