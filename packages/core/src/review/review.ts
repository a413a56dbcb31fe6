export * as Review from "./review.ts";

import { createConversions, type EntityItem } from "electrodb";
import * as v from "valibot";
import { MediaNotFound, MediaNotWaiting, NothingWaits, PublicError, UploadNotFound } from "../errors.ts";
import { Event } from "../event/event.ts";
import { fn } from "../fn.ts";
import { Id, type Source, system } from "../ids.ts";
import type { MediaRef } from "../keys.ts";
import { RefusedByPerformer } from "../reasons.ts";
import { Cursor } from "../store/cursor.ts";
import { pageOf } from "../store/page.ts";
import { WaitingEntity } from "../store/waiting.entity.ts";
import { mediaOf, type Rows, readForChange } from "../upload/rows.ts";
import { isUnsettled } from "../upload/status.ts";
import { type Change, transition } from "../upload/transition.ts";
import { type Decided, Publication, Refusal, type Waiting, type Wanted } from "./schemas.ts";

export { Decided, Publication, Refusal, Waiting } from "./schemas.ts";

const Owned = v.object({ eventId: Id, creativeId: Id });

/** A page of what waits for the creative of an event, the longest waiting first. `EventNotFound`. */
export const list = fn(
  v.object({ ...Cursor.Page.entries, ...Owned.entries }),
  async ({ eventId, creativeId, cursor, limit }) => {
    await Event.owned(eventId, creativeId);
    const { entries: media, ...next } = await pageOf({
      ...{ cursor, limit, purpose: `review/${eventId}` },
      read: (from) => WaitingEntity.query.waiting({ eventId }).go({ ...from, consistent: true }),
      place: createConversions(WaitingEntity).byAccessPattern.waiting.fromComposite.toCursor,
      show: (rows) => rows.map(serialize),
    });
    return { media, ...next };
  },
);

/** What was decided, and which of it S3 and the edge have still to follow. */
export interface Outcome {
  results: Decided[];
  unsettled: { uploadId: string; mediaId: string }[];
}

/**
 * Publishes media that wait for the creative of an event: each leaves the list at once, and is in the gallery as soon
 * as its files are where the edge reads them (settling). Each is decided for itself, and the results tell how. Safe to
 * repeat. `EventNotFound`.
 */
export const publish = fn(
  v.object({ ...Publication.entries, ...Owned.entries }),
  ({ eventId, creativeId, media }, source: Source = system): Promise<Outcome> => {
    const set = { publishedAt: new Date(source.now()).toISOString() };
    const change: Change = { ...LEAVES, to: "complete", visibility: TO_SHOWING, step: "published", set };
    return decide({ eventId, creativeId, media, outcome: "published", change }, source);
  },
);

/**
 * Refuses media that wait for the creative of an event: they are rejected, their fans read why, and their files are
 * removed (settling). Otherwise as `publish`.
 */
export const refuse = fn(
  v.object({ ...Refusal.entries, ...Owned.entries }),
  ({ eventId, creativeId, media, text }, source: Source = system): Promise<Outcome> => {
    const set = { reason: RefusedByPerformer(text) };
    const change: Change = { ...LEAVES, to: "rejected", visibility: TO_REFUSING, step: "rejected", set };
    return decide({ eventId, creativeId, media, outcome: "refused", change }, source);
  },
);

const LEAVES = { from: ["complete"], waiting: "remove" } satisfies Partial<Change>;
const TO_SHOWING: NonNullable<Change["visibility"]> = { from: ["waiting"], to: "showing" };
const TO_REFUSING: NonNullable<Change["visibility"]> = { from: ["waiting"], to: "refusing" };

interface Decision {
  eventId: string;
  creativeId: string;
  media: v.InferOutput<typeof Wanted>;
  outcome: "published" | "refused";
  change: Change;
}

/** Uploads that are worked on at the same time; the media of one take turns. */
const PARALLEL = 8;

async function decide({ eventId, creativeId, media, outcome, change }: Decision, source: Source): Promise<Outcome> {
  await Event.owned(eventId, creativeId);
  const groups = [...Map.groupBy(media, ({ uploadId }) => uploadId)];
  const decided: { result: Decided; unsettled: boolean }[] = [];
  const decideUpload = async ([uploadId, wanted]: (typeof groups)[number]) => {
    const rows = await rowsOf(uploadId, eventId);
    const { mediaIds, error } = wantedOf(rows, wanted, outcome);
    if (error) decided.push({ unsettled: false, result: { uploadId, ...refusal(error) } });
    for (const mediaId of rows ? mediaIds : []) {
      const { unsettled = false, ...result } = await decideOne(rows!, mediaId, outcome, change, source);
      decided.push({ unsettled, result: { uploadId, mediaId, ...result } });
    }
  };
  for (let start = 0; start < groups.length; start += PARALLEL)
    await Promise.all(groups.slice(start, start + PARALLEL).map(decideUpload));
  return {
    results: decided.map(({ result }) => result),
    unsettled: decided.flatMap(({ result: { uploadId, mediaId }, unsettled }) =>
      unsettled && mediaId ? [{ uploadId, mediaId }] : [],
    ),
  };
}

type Answer = Omit<Decided, "uploadId" | "mediaId"> & { unsettled?: boolean };

const refusal = ({ code, message }: PublicError): Answer => ({ outcome: "not_decided", error: { code, message } });

/** The rows of an upload to this event; undefined when there is none. */
async function rowsOf(uploadId: string, eventId: string): Promise<Rows | undefined> {
  try {
    const rows = await readForChange(uploadId);
    return rows.upload.eventId === eventId ? rows : undefined;
  } catch (error) {
    if (error instanceof PublicError && error.kind === "not_found") return undefined;
    throw error;
  }
}

type Row = Rows["media"][number];

/** Where a media stands with its event's creative; undefined where they are not asked. */
function stateOf({ status, visibility = "public", held }: Row): "waiting" | Decision["outcome"] | undefined {
  if (status === "complete") return visibility === "waiting" ? "waiting" : held ? "published" : undefined;
  return status === "rejected" && visibility.startsWith("refus") ? "refused" : undefined;
}

/** The media of one upload that are decided on, each once: those that are named, and all if one entry names none. */
function wantedOf(rows: Rows | undefined, wanted: Decision["media"], outcome: Decision["outcome"]) {
  const named = wanted.flatMap(({ mediaId }) => mediaId ?? []);
  if (!rows) return { mediaIds: named, error: UploadNotFound() };
  if (named.length === wanted.length) return { mediaIds: [...new Set(named)] };
  // With those that were decided so before: who asks again gets the same answer.
  const all = rows.media.filter((one) => ["waiting", outcome].includes(stateOf(one) ?? "")).map((one) => one.mediaId);
  return { mediaIds: [...new Set([...named, ...all])], ...(all.length > 0 ? {} : { error: NothingWaits() }) };
}

async function decideOne(
  rows: Rows,
  mediaId: string,
  outcome: Decision["outcome"],
  change: Change,
  source: Source,
): Promise<Answer> {
  const ref: MediaRef = { ...rows.upload, mediaId };
  if (!rows.media.some((one) => one.mediaId === mediaId)) return refusal(MediaNotFound());
  if ((await transition(ref, change, source)) === "done") return { outcome, unsettled: true };
  const found = mediaOf(await readForChange(ref.uploadId), mediaId);
  if (stateOf(found) === outcome) return { outcome, unsettled: isUnsettled(found) };
  return refusal(MediaNotWaiting(found.status === "complete" ? "published" : found.status));
}

function serialize(row: EntityItem<typeof WaitingEntity>): Waiting {
  const { eventId, uploadId, mediaId, fanId, contentType, fileName, width, height, durationMs, waitingSince } = row;
  const facts = { contentType, fileName, width, height, ...(durationMs ? { durationMs } : {}), waitingSince };
  return { eventId, uploadId, mediaId, fanId, ...facts };
}
