export * as Media from "./media.ts";

import * as v from "valibot";
import { MediaNotFound, PublicError } from "../errors.ts";
import { Event } from "../event/event.ts";
import { Content } from "../files/content.ts";
import { fn } from "../fn.ts";
import { type Source, system } from "../ids.ts";
import { Keys, type MediaRef } from "../keys.ts";
import { type Reason, SizeMismatch, TypeMismatch } from "../reasons.ts";
import { isDone } from "../store/database.ts";
import { inOrder } from "../store/in-order.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { Sequencer } from "../store/sequencer.ts";
import { conflictFree } from "../store/transaction.ts";
import { Job } from "../video/job.ts";
import type { Plan } from "../video/plan.ts";
import { Storyboard } from "../video/storyboard.ts";
import type * as Route from "./route.ts";
import { mediaOf, type Rows, readForChange } from "./rows.ts";
import type { MediaStatus } from "./status.ts";
import { type Change, transition } from "./transition.ts";

/** Identity of a media as it travels through the state machine, with what its later steps need. */
export const Work = v.object({
  eventId: v.string(),
  fanId: v.string(),
  uploadId: v.string(),
  mediaId: v.string(),
  /** Key in the uploads bucket. */
  key: v.string(),
  bytes: v.number(),
  maxDurationMs: v.number(),
  /** As `MediaRef` says it; missing in executions that began before events could ask for review. */
  held: v.optional(v.boolean()),
});
export type Work = v.InferOutput<typeof Work>;

/** What `claim` tells the state machine; no media when there is nothing to do. */
export interface Claimed {
  route: Route.Claimed;
  media: Work | null;
}

const HANDLED: Claimed = { route: "already handled", media: null };

const Arrival = v.object({
  key: v.string(),
  bytes: v.number(),
  etag: v.string(),
  sequencer: v.string(),
  executionArn: v.string(),
});

/**
 * Takes an arrived object on: `pending → processing`, once, naming the event's etag and sequencer. A repeated or stale
 * event, or an object no upload waits for, is `already handled`; one sent again after all is done is `surplus`; a file
 * that is not what was announced is rejected and `refused`. Safe to repeat by the same execution. `readHead` reads the
 * object's first bytes; undefined when it is gone.
 */
export const claim = fn(
  Arrival,
  async (arrival, readHead: () => Promise<Uint8Array | undefined>, source: Source = system): Promise<Claimed> => {
    const ref = Keys.parseStaged(arrival.key);
    const rows = ref && (await find(ref));
    const found = rows?.media.find((one) => one.mediaId === ref?.mediaId);
    if (!ref || !rows || !found || Keys.staged(ref, found.extension) !== arrival.key) return HANDLED;
    const { extension: _, ...identity } = ref;
    const work = { ...identity, key: arrival.key, bytes: found.bytes, maxDurationMs: found.maxDurationMs };
    const media: Work = { ...work, ...(found.held ? { held: true } : {}) };
    const mine = found.executionArn === arrival.executionArn;
    if (found.status === "rejected" && mine) return { route: "refused", media };
    // Repeated by the execution that claimed it, whose answer was lost.
    if (found.status === "processing" && mine) return { route: found.contentType, media };
    // The file was sent once more with a URL that was still valid: it is not needed.
    if (TERMINAL.has(found.status) && Sequencer.compare(found.sequencer ?? "", arrival.sequencer) < 0)
      return { route: "surplus", media };
    const claimable = CLAIMABLE.has(found.status);
    if (!claimable || Sequencer.compare(arrival.sequencer, found.sequencer ?? "") < 0) return HANDLED;

    const [head, held] = await inOrder([readHead(), heldOf(rows.upload, found)]);
    const { etag, sequencer, executionArn } = arrival;
    const claimed = { etag, sequencer, executionArn, held };
    // Deleted in this moment; or sent again, whose own event will come.
    if (!head) return HANDLED;
    const refused = await check(arrival, found, head);
    const outcome = await transition(
      ref,
      refused
        ? { from: [found.status], to: "rejected", step: "rejected", set: { ...claimed, reason: refused } }
        : { from: [found.status], to: "processing", step: "claimed", set: { ...claimed, progress: PROGRESS.claimed } },
      source,
      rows,
    );
    if (outcome !== "done") return HANDLED;
    const taken: Work = { ...work, ...(held ? { held } : {}) };
    return { route: refused ? "refused" : found.contentType, media: taken };
  },
);

/**
 * Whether the event's creative looks at the media before it is published, as the event says when the file first
 * arrives. What they film themselves is not looked at twice.
 */
async function heldOf({ eventId, fanId, creativeId }: Rows["upload"], { held, etag }: Rows["media"][number]) {
  if (held !== undefined || etag !== undefined) return held ?? false;
  if (fanId === creativeId) return false;
  return Event.asksForReview(eventId);
}

/** What an arrival may take on: a failed media is tried again, an expired one was sent at the last moment. */
const CLAIMABLE: ReadonlySet<MediaStatus> = new Set(["pending", "failed", "expired"]);

/** Terminal statuses: a newer object of the same key is surplus. */
const TERMINAL: ReadonlySet<MediaStatus> = new Set(["complete", "rejected", "deleted"]);

/** Percent at each step; between `planned` and `transcoded` MediaConvert's own percent is spread. */
export const PROGRESS = { claimed: 5, planned: 10, transcoded: 95, complete: 100 };

async function check(
  arrival: { bytes: number },
  media: { bytes: number; contentType: "video" | "image" },
  head: Uint8Array,
) {
  if (arrival.bytes !== media.bytes) return SizeMismatch(arrival.bytes, media.bytes);
  const content = await Content.typeOf(head);
  return content === media.contentType ? undefined : TypeMismatch(media.contentType);
}

/** The rows of the upload a key names; undefined when there is none, or it is another fan's or event's. */
async function find(ref: MediaRef): Promise<Rows | undefined> {
  const rows = await readForChange(ref.uploadId).catch((error) => {
    if (error instanceof PublicError && error.kind === "not_found") return undefined;
    throw error;
  });
  return rows?.upload.fanId === ref.fanId && rows.upload.eventId === ref.eventId ? rows : undefined;
}

/** Refuses the fan's file: `processing → rejected`, with the reason they read. */
export const reject = (ref: MediaRef, reason: Reason, source: Source = system) =>
  transition(ref, { from: ["processing", "failed"], to: "rejected", step: "rejected", set: { reason } }, source);

/** Whether the media was deleted, with its upload: what is gone of it then is no trouble. */
export async function isDeleted(ref: MediaRef): Promise<boolean> {
  const rows = await find(ref);
  const found = rows?.media.find((one) => one.mediaId === ref.mediaId);
  return !found || found.status === "deleted";
}

/** Whether the media is published already: a try whose answer was lost has done all of it. */
export async function isComplete(ref: MediaRef): Promise<boolean> {
  const rows = await find(ref);
  return rows?.media.some((one) => one.mediaId === ref.mediaId && one.status === "complete") ?? false;
}

/**
 * Gives up on a file that never arrived: `pending → expired`. Should it arrive after all, it is claimed like any other.
 */
export const expire = (ref: MediaRef, source: Source = system) =>
  transition(ref, { from: ["pending"], to: "expired", step: "expired", set: {} }, source);

/** Notes how a media that is being processed will be converted; one that moved on is left alone. */
export const notePlan = (ref: MediaRef, conversion: ReturnType<typeof Plan.conversion>, source: Source = system) =>
  whileProcessing(
    MediaEntity.patch(row(ref))
      .set({ conversion })
      .append({ timeline: [{ at: iso(source), step: "planned" }] })
      .where(({ status }, { eq }) => eq(status, "processing")),
  );

/** Moves the percent of a media that is being processed; never backwards, whatever order events arrive in. */
export const noteProgress = (ref: MediaRef, percent: number) =>
  whileProcessing(
    MediaEntity.patch(row(ref))
      .set({ progress: percent })
      .where(({ status, progress }, { eq, lt }) => `${eq(status, "processing")} AND ${lt(progress, percent)}`),
  );

async function whileProcessing(patch: { go(): Promise<unknown> }): Promise<void> {
  await isDone(conflictFree(() => patch.go()));
}

/** MediaConvert's percent of a job, spread over the part of the bar that transcoding has. */
export const transcodePercent = (jobPercent: number) =>
  Math.floor(
    PROGRESS.planned + ((PROGRESS.transcoded - PROGRESS.planned) * Math.min(100, Math.max(0, jobPercent))) / 100,
  );

/** Keeps the error code MediaConvert gave in its event, for `fail`, which may see only prose. */
export async function noteJobError(ref: MediaRef, errorCode: number): Promise<void> {
  await whileProcessing(MediaEntity.patch(row(ref)).set({ jobErrorCode: errorCode }));
}

type Ready = Pick<Change, "from" | "to" | "unset">;

const Published = v.object({
  width: v.number(),
  height: v.number(),
  durationMs: v.optional(v.number()),
  storyboard: v.optional(Storyboard.Facts),
});

/**
 * Makes the media public: one transaction over media, upload and the event's link. One that is held has its place among
 * what waits for the event's creative instead. Safe to repeat. `stale` when the media was deleted meanwhile.
 */
export async function publish(ref: MediaRef, facts: v.InferInput<typeof Published>, source: Source = system) {
  const at = iso(source);
  const set = { ...v.parse(Published, facts), progress: PROGRESS.complete };
  const ready = { from: ["processing", "failed"], to: "complete", unset: ["failure", "jobErrorCode"] } satisfies Ready;
  return transition(
    ref,
    ref.held
      ? { ...ready, step: "waiting", set: { ...set, visibility: "waiting", waitingSince: at }, waiting: "add" }
      : { ...ready, step: "published", set: { ...set, publishedAt: at }, link: "add" },
    source,
  );
}

const Failure = v.object({ error: v.string(), cause: v.string(), executionArn: v.string() });

/**
 * Records an execution that ended badly. Where MediaConvert blames the file the media is rejected, else it is `failed`:
 * ours to mend and redrive. Returns what became of it; `deleted` when the media was, which stops its execution; `stale`
 * when the execution is not the one the media waits for.
 */
export async function fail(ref: MediaRef, failure: v.InferInput<typeof Failure>, source: Source = system) {
  const set = v.parse(Failure, failure);
  const rows = await find(ref);
  if (!rows) throw MediaNotFound();
  const found = mediaOf(rows, ref.mediaId);
  if (found.status === "deleted") return "deleted" as const;
  if (found.executionArn && found.executionArn !== set.executionArn) return "stale" as const;
  const reason = Job.blame(Job.errorCode(set.cause) ?? found.jobErrorCode);
  const recorded = { ...set, cause: set.cause.slice(0, CAUSE_LENGTH) };
  const outcome = await transition(
    ref,
    reason
      ? { from: ["processing", "failed"], to: "rejected", step: "rejected", set: { reason, failure: recorded } }
      : {
          from: ["pending", "processing"],
          to: "failed",
          step: "failed",
          set: { failure: recorded, executionArn: set.executionArn, failedAt: iso(source) },
        },
    source,
  );
  if (outcome !== "done") return "stale" as const;
  return reason ? ("rejected" as const) : ("failed" as const);
}

/** A cause can be a whole job as JSON; a row holds 400 KB (AWS). */
const CAUSE_LENGTH = 4000;

const row = (ref: MediaRef) => ({ uploadId: ref.uploadId, mediaId: ref.mediaId });

const iso = (source: Source) => new Date(source.now()).toISOString();
