import "../aws/connect.ts";

import { Account } from "@dropclip/core/account";
import { Event } from "@dropclip/core/event";
import { type Source, system } from "@dropclip/core/ids";
import { Invalidation } from "@dropclip/core/invalidation";
import { LOST_EVENT_MS, OVERDUE_MS } from "@dropclip/core/limits";
import { Upload } from "@dropclip/core/upload";
import { requestInvalidation, requestSettlement, type Settlement } from "../aws/settling.ts";
import { eachAlone } from "../each.ts";
import { logger } from "../log.ts";
import { Measured } from "../metrics.ts";
import { fair } from "./fair.ts";
import { type Done, SweepUpload } from "./sweep-upload.ts";

/** Uploads, and events, that are worked on at the same time. */
const PARALLEL = 8;
/** Milliseconds. Which shard and which fan is first changes that often. */
const PERIOD_MS = 15 * 60_000;
/** Milliseconds. With less time left a run begins nothing new, so that all it has begun ends in time. */
const RESERVE_MS = 60_000;

/** Event "Scheduled Event", every 15 minutes. */
export const handler = (_event: unknown, context: { getRemainingTimeInMillis(): number }) =>
  sweep(system, () => context.getRemainingTimeInMillis());

/**
 * Looks at every open upload. A file that arrived but whose event was lost is taken in now. A file that never arrived
 * expires, and its parts are removed, as are those of multipart uploads that no record names. What failed on our side
 * is tried again. What was deleted or hidden but never settled is settled. An error at one upload does not stop the
 * others. If time is short, each fan's uploads get an equal share, so one fan's thousands do not delay the others.
 * `leftMs` returns the milliseconds that this run has left.
 */
export async function sweep(source: Source = system, leftMs: () => number = () => Infinity): Promise<Done> {
  const done = {
    restarted: 0,
    expired: 0,
    failed: 0,
    retried: 0,
    aborted: 0,
    settlements: 0,
    left: 0,
    stuck: 0,
    overdue: 0,
  };
  const results = await Promise.allSettled([sweepUploads(done, source, leftMs), sweepDeleted(done, source, leftMs)]);
  if (await Invalidation.isDue()) await requestInvalidation();
  logger.info("swept", { ...done });
  if (done.left > 0) logger.warn("the next run goes on: there was no time for all uploads", { left: done.left });
  Measured.swept(done);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return done;
}

async function sweepUploads(done: Done, source: Source, leftMs: () => number) {
  const before = new Date(source.now() - LOST_EVENT_MS).toISOString();
  const turn = Math.floor(source.now() / PERIOD_MS);
  const open = [];
  for await (const upload of Upload.open(before, turn)) open.push(upload);
  const inTurn = fair(open, ({ fanId }) => fanId, turn);
  const failure = await eachAlone(
    whileTime(inTurn, leftMs, (left) => (done.left = left)),
    ({ uploadId }) => SweepUpload.look(uploadId, done, source),
    PARALLEL,
    ({ uploadId }, error) => logger.error("an upload could not be swept", { uploadId, error }),
  );
  if (failure) throw failure;
}

/** Requests settlement of deleted events and accounts, both at the same time. */
async function sweepDeleted(done: Done, source: Source, leftMs: () => number) {
  const open: Settlement[] = [];
  const note = (settlement: Settlement, since: string) => {
    open.push(settlement);
    if (Date.parse(since) + OVERDUE_MS < source.now()) done.overdue++;
  };
  for await (const { eventId, since } of Event.open()) note({ eventId }, since);
  for await (const { userId, since } of Account.open()) note({ userId }, since);
  const failure = await eachAlone(
    whileTime(open, leftMs),
    async (settlement) => {
      await requestSettlement(settlement);
      done.settlements++;
    },
    PARALLEL,
    (settlement, error) => logger.error("what is deleted could not be swept", { ...settlement, error }),
  );
  if (failure) throw failure;
}

/** Yields the items while there is time to begin another one; calls `ended` with the number that is left. */
async function* whileTime<T>(items: T[], leftMs: () => number, ended: (left: number) => void = () => {}) {
  for (const [index, item] of items.entries()) {
    if (leftMs() < RESERVE_MS) return ended(items.length - index);
    yield item;
  }
}
