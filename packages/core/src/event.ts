export * as Event from "./event.ts";

import * as v from "valibot";
import { conditionFailed } from "./database.ts";
import { EventNotFound } from "./errors.ts";
import { EventEntity } from "./event.entity.ts";
import { fn } from "./fn.ts";
import { Id, type Source, system } from "./ids.ts";
import * as limits from "./limits.ts";

const Time = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text).toISOString()),
);
const upTo = (limit: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limit));

/** An event as the domain knows it; times ISO 8601 UTC, sizes in bytes. */
export const Info = v.object({
  eventId: Id,
  creativeId: Id,
  title: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
  venue: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200))),
  startsAt: v.optional(Time),
  opensAt: Time,
  closesAt: Time,
  contentTypes: v.pipe(v.array(v.picklist(["video", "image"])), v.minLength(1)),
  videoBytes: upTo(limits.VIDEO_BYTES),
  videoDurationMs: upTo(24 * 60 * 60 * 1000),
  imageBytes: upTo(limits.IMAGE_BYTES),
  uploadsPerFan: upTo(10_000),
  createdAt: Time,
});
export type Info = v.InferOutput<typeof Info>;

const CreateInput = v.object({
  /** Given only where the same event is created again and again, as a fresh local cloud does. */
  eventId: v.optional(Id),
  creativeId: Id,
  title: Info.entries.title,
  venue: Info.entries.venue,
  startsAt: Info.entries.startsAt,
  opensAt: v.optional(Time),
  closesAt: v.optional(Time),
  contentTypes: v.optional(Info.entries.contentTypes, ["video", "image"]),
  videoBytes: v.optional(Info.entries.videoBytes, limits.VIDEO_BYTES),
  videoDurationMs: v.optional(Info.entries.videoDurationMs, limits.VIDEO_DURATION_MS),
  imageBytes: v.optional(Info.entries.imageBytes, limits.IMAGE_BYTES),
  uploadsPerFan: v.optional(Info.entries.uploadsPerFan, limits.UPLOADS_PER_FAN),
});

/** Without times of its own the upload window opens now and closes after this long. */
const WINDOW_MS = 30 * 24 * 60 * 60 * 1000;

/** Makes an event; one that is there already is returned as it is. */
export const create = fn(CreateInput, async (input, source: Source = system): Promise<Info> => {
  const now = new Date(source.now()).toISOString();
  const event: Info = {
    ...input,
    eventId: input.eventId ?? source.id(),
    opensAt: input.opensAt ?? now,
    closesAt: input.closesAt ?? new Date(source.now() + WINDOW_MS).toISOString(),
    createdAt: now,
  };
  try {
    await EventEntity.create(event).go();
    return event;
  } catch (error) {
    if (conditionFailed(error)) return get(event.eventId);
    throw error;
  }
});

/** The event; `EventNotFound` when there is none. */
export async function get(eventId: string): Promise<Info> {
  const { data } = await EventEntity.get({ eventId }).go();
  if (!data) throw EventNotFound();
  const { updatedAt: _, ...event } = data;
  return event as Info;
}
