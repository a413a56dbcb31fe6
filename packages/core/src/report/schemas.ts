import * as v from "valibot";
import { Id } from "../ids.ts";
import { REPORT_TEXT_LENGTH } from "../limits.ts";
import { named, Text, Time } from "../schemas.ts";
import { REPORT_REASONS } from "../store/statuses.ts";

/** A report as the creative reads it. Who made it is not told. */
export const Info = named("Report", {
  reportId: Id,
  eventId: Id,
  uploadId: Id,
  mediaId: v.string(),
  reason: v.picklist(REPORT_REASONS),
  text: v.optional(Text(REPORT_TEXT_LENGTH)),
  createdAt: Time,
});
export type Info = v.InferOutput<typeof Info>;

/** What is wrong with a media, by who has seen it. */
export const New = v.object({
  reason: v.pipe(
    Info.entries.reason,
    v.description(
      "privacy: somebody in it does not want to be seen. rights: it belongs to somebody else. offensive. spam: it is not of the event. other: as the text says.",
    ),
  ),
  text: Info.entries.text,
});
