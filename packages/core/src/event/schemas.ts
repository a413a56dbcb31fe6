import * as v from "valibot";
import { Id } from "../ids.ts";
import * as limits from "../limits.ts";
import { Served } from "../picture/schemas.ts";
import { named, Text, Time, upTo } from "../schemas.ts";
import { CONTENT_TYPES } from "../store/statuses.ts";

/** An event as the domain knows it; times ISO 8601 UTC, sizes in bytes. */
export const Info = named("Event", {
  eventId: Id,
  creativeId: Id,
  title: Text(limits.TITLE_LENGTH),
  venue: v.optional(Text(limits.TITLE_LENGTH)),
  startsAt: v.optional(Time),
  endsAt: v.optional(Time),
  opensAt: Time,
  closesAt: Time,
  contentTypes: v.pipe(v.array(v.picklist(CONTENT_TYPES)), v.minLength(1), v.maxLength(2)),
  videoBytes: upTo(limits.VIDEO_BYTES),
  videoDurationMs: upTo(limits.VIDEO_DURATION_MS_MAX),
  imageBytes: upTo(limits.IMAGE_BYTES),
  uploadsPerFan: upTo(limits.UPLOADS_PER_FAN_MAX),
  /** True where the creative looks at what fans send before it is published. */
  review: v.optional(v.boolean()),
  flyer: v.optional(Served),
  createdAt: Time,
});
export type Info = v.InferOutput<typeof Info>;

const REVIEW = v.optional(
  v.pipe(
    v.boolean(),
    v.description(
      "Whether files that arrive from now on wait until the creative publishes or refuses them. What waits already goes on waiting when it is switched off.",
    ),
  ),
);

/** Input for a new event; members that are left out get the domain's defaults. */
export const New = v.object({
  title: Info.entries.title,
  venue: Info.entries.venue,
  startsAt: Info.entries.startsAt,
  endsAt: Info.entries.endsAt,
  opensAt: v.optional(Time),
  closesAt: v.optional(Time),
  contentTypes: v.optional(Info.entries.contentTypes, [...CONTENT_TYPES]),
  videoBytes: v.optional(Info.entries.videoBytes, limits.VIDEO_BYTES),
  videoDurationMs: v.optional(Info.entries.videoDurationMs, limits.VIDEO_DURATION_MS),
  imageBytes: v.optional(Info.entries.imageBytes, limits.IMAGE_BYTES),
  uploadsPerFan: v.optional(Info.entries.uploadsPerFan, limits.UPLOADS_PER_FAN),
  review: REVIEW,
});

/** Members of an event that can be changed; null removes an optional member. */
export const Changes = v.partial(
  v.object({
    ...New.entries,
    venue: v.nullable(New.entries.venue.wrapped),
    startsAt: v.nullable(Time),
    endsAt: v.nullable(Time),
    opensAt: Time,
    closesAt: Time,
    contentTypes: Info.entries.contentTypes,
    videoBytes: Info.entries.videoBytes,
    videoDurationMs: Info.entries.videoDurationMs,
    imageBytes: Info.entries.imageBytes,
    uploadsPerFan: Info.entries.uploadsPerFan,
    review: REVIEW,
  }),
);
