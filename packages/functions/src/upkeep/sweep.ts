import "../aws/connect.ts";

import { Account } from "@dropclip/core/account";
import { Event } from "@dropclip/core/event";
import { type Source, system } from "@dropclip/core/ids";
import { Invalidation } from "@dropclip/core/invalidation";
import { LOST_EVENT_MS } from "@dropclip/core/limits";
import { Upload } from "@dropclip/core/upload";
import { requestInvalidation, requestSettlement, type Settlement } from "../aws/settling.ts";
import { eachAlone } from "../each.ts";
import { logger } from "../log.ts";
import { fair } from "./fair.ts";
import { type Done, SweepUpload } from "./sweep-upload.ts";

/** Uploads looked at a time, and events. */
const PARALLEL = 8;
const HOUR_MS = 3_600_000;
/** With less time left than this a run begins nothing more: what it has begun ends in it. */
const RESERVE_MS = 60_000;

/** Event "Scheduled Event", hourly. */
export const handler = (_event: unknown, context: { getRemainingTimeInMillis(): number }) =>
  sweep(system, () => context.getRemainingTimeInMillis());

/**
 * Looks after uploads that wait too long: a file that arrived but whose event was lost is taken in after all; one that
 * never arrived expires, and its parts are given back, as are those of multipart uploads that nobody knows of; what
 * failed on our side is tried again; what was deleted or hidden but never settled is settled. One upload's trouble does
 * not keep the others waiting, nor do one fan's thousands of uploads: where time is short, everybody's are looked at in
 * turn. `leftMs` tells the time this run has left.
 */
export async function sweep(source: Source = system, leftMs: () => number = () => Infinity): Promise<Done> {
  const done = { restarted: 0, expired: 0, failed: 0, retried: 0, aborted: 0, settlements: 0, left: 0 };
  const results = await Promise.allSettled([sweepUploads(done, source, leftMs), sweepDeleted(done, leftMs)]);
  if (await Invalidation.isDue()) await requestInvalidation();
  logger.info("swept", { ...done });
  if (done.left > 0) logger.warn("the next run goes on: there was no time for all uploads", { left: done.left });
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return done;
}

async function sweepUploads(done: Done, source: Source, leftMs: () => number) {
  const before = new Date(source.now() - LOST_EVENT_MS).toISOString();
  const hour = Math.floor(source.now() / HOUR_MS);
  const open = [];
  for await (const upload of Upload.open(before, hour)) open.push(upload);
  const inTurn = fair(open, ({ fanId }) => fanId, hour);
  const failure = await eachAlone(
    whileTime(inTurn, leftMs, (left) => (done.left = left)),
    ({ uploadId }) => SweepUpload.look(uploadId, done, source),
    PARALLEL,
    ({ uploadId }, error) => logger.error("an upload could not be swept", { uploadId, error }),
  );
  if (failure) throw failure;
}

/** Has what belongs to deleted events and accounts removed, at the same time: none waits for the other. */
async function sweepDeleted(done: Done, leftMs: () => number) {
  const open: Settlement[] = [];
  for await (const eventId of Event.open()) open.push({ eventId });
  for await (const userId of Account.open()) open.push({ userId });
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

/** The items, for as long as there is time to begin with another one; `ended` is told how many are left. */
async function* whileTime<T>(items: T[], leftMs: () => number, ended: (left: number) => void = () => {}) {
  for (const [index, item] of items.entries()) {
    if (leftMs() < RESERVE_MS) return ended(items.length - index);
    yield item;
  }
}
