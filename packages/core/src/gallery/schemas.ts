import * as v from "valibot";
import { Id } from "../ids.ts";
import { named, Time } from "../schemas.ts";
import { CONTENT_TYPES } from "../store/statuses.ts";
import { Urls } from "../upload/schemas.ts";
import { Storyboard } from "../video/storyboard.ts";

/** One published media as the public sees it. */
export const Info = named("Media", {
  eventId: Id,
  uploadId: Id,
  mediaId: v.string(),
  fanId: Id,
  contentType: v.picklist(CONTENT_TYPES),
  width: v.number(),
  height: v.number(),
  durationMs: v.optional(v.number()),
  publishedAt: Time,
  urls: Urls,
  /** The frames for scrubbing, of a video. */
  storyboard: v.optional(Storyboard.Info),
});
export type Info = v.InferOutput<typeof Info>;
