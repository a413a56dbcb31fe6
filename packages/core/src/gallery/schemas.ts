import * as v from "valibot";
import { Id } from "../ids.ts";
import { named, Time } from "../schemas.ts";
import { CONTENT_TYPES } from "../store/statuses.ts";
import { Urls } from "../upload/schemas.ts";

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
});
export type Info = v.InferOutput<typeof Info>;
