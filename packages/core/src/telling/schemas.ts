import * as v from "valibot";
import { Id } from "../ids.ts";
import { named, Time } from "../schemas.ts";
import { CONTENT_TYPES, MEDIA_STATUS, UPLOAD_STATUS } from "../store/statuses.ts";
import { MediaId, Urls } from "../upload/schemas.ts";

/** The upload or media, and its status: the same again where an event comes once more. */
const EventId = v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}\/(?:[a-z0-9]+\/)?[a-z]+$/));

const upload = { id: EventId, at: Time, uploadId: Id, eventId: Id, fanId: Id, creativeId: Id };
const media = { ...upload, mediaId: MediaId, contentType: v.picklist(CONTENT_TYPES) };

/** A media can be seen. */
export const MediaPublished = named("MediaPublished", {
  ...media,
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  durationMs: v.optional(v.number()),
  urls: Urls,
});

/** A fan's file cannot be used; `reason` is what the fan reads. */
export const MediaRejected = named("MediaRejected", {
  ...media,
  reason: v.object({ code: v.string(), message: v.string() }),
});

/** A file could not be published, and the fault is ours; `error` is the name of what went wrong, where it is known. */
export const MediaFailed = named("MediaFailed", { ...media, error: v.optional(v.string()) });

/** Nothing of the upload is awaited any more. */
export const UploadCompleted = named("UploadCompleted", {
  ...upload,
  contentType: v.picklist(CONTENT_TYPES),
  status: v.picklist(UPLOAD_STATUS),
  media: v.array(
    v.object({
      mediaId: MediaId,
      contentType: v.picklist(CONTENT_TYPES),
      status: v.picklist(MEDIA_STATUS),
      waiting: v.optional(v.pipe(v.boolean(), v.description("True while its event's creative has not decided on it."))),
    }),
  ),
});

/** What other programs are told of, by its `detail-type` on the event bus: the schema of its `detail`. */
export const DETAILS = {
  "Media Published": MediaPublished,
  "Media Rejected": MediaRejected,
  "Media Failed": MediaFailed,
  "Upload Completed": UploadCompleted,
} as const;

export type DetailType = keyof typeof DETAILS;
export const DETAIL_TYPES = Object.keys(DETAILS) as DetailType[];
export type Told = { [Type in DetailType]: { type: Type; detail: v.InferOutput<(typeof DETAILS)[Type]> } }[DetailType];

/** By what a rule tells this stage's events from all others on the bus. */
export const sourceOf = (stage: string) => `dropclip.${stage}`;
