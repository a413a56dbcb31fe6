import * as v from "valibot";
import { Id } from "../ids.ts";
import { REFUSAL_TEXT_LENGTH, REVIEW_AT_ONCE } from "../limits.ts";
import { named, Text, Time } from "../schemas.ts";
import { CONTENT_TYPES } from "../store/statuses.ts";
import { MediaId } from "../upload/schemas.ts";

/** One media that is ready and waits for its event's creative. Previews show it to them. */
export const Waiting = named("WaitingMedia", {
  eventId: Id,
  uploadId: Id,
  mediaId: v.string(),
  fanId: Id,
  contentType: v.picklist(CONTENT_TYPES),
  /** As the fan's device calls it. */
  fileName: v.string(),
  width: v.number(),
  height: v.number(),
  durationMs: v.optional(v.number()),
  waitingSince: Time,
});
export type Waiting = v.InferOutput<typeof Waiting>;

/** Which media are decided on; without a `mediaId` all of that upload that wait at this moment. */
export const Wanted = v.pipe(
  v.array(v.object({ uploadId: Id, mediaId: v.optional(MediaId) })),
  v.minLength(1),
  v.maxLength(REVIEW_AT_ONCE),
);

/** What a creative publishes. */
export const Publication = v.object({ media: Wanted });

/** What a creative refuses, and what they say to the fans who sent it. */
export const Refusal = v.object({
  media: Wanted,
  text: v.optional(v.pipe(Text(REFUSAL_TEXT_LENGTH), v.description("A sentence that the fans read."))),
});

/** What became of one media that was decided on: it is as was wanted, or `error` says why not. */
export const Decided = named("DecidedMedia", {
  uploadId: Id,
  /** Missing where there is no such upload, or nothing of it waits. */
  mediaId: v.optional(v.string()),
  outcome: v.picklist(["published", "refused", "not_decided"]),
  error: v.optional(v.object({ code: v.string(), message: v.string() })),
});
export type Decided = v.InferOutput<typeof Decided>;
