import "../aws/connect.ts";

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudFrontClient,
  CreateInvalidationCommand,
  TooManyInvalidationsInProgress,
} from "@aws-sdk/client-cloudfront";
import { config } from "@dropclip/core/config";
import { type Source, system } from "@dropclip/core/ids";
import { Invalidation } from "@dropclip/core/invalidation";
import { lazily } from "../aws/lazily.ts";
import { requestInvalidation } from "../aws/settling.ts";
import { logger } from "../log.ts";

const cloudFront = lazily(() => new CloudFrontClient({}));

/** Invalidations take seconds to a few minutes (AWS). The holder of the lock renews it within this time. */
const WAIT_MS = 10_000;
/** So little room that only single files are sent, no wildcard. */
const LEAST_PART = 1 / 32;
/** Milliseconds. With less time left, the next invocation goes on. */
const LAST_MS = 60_000;

/** Event "Invalidation Due": sends the queued paths to CloudFront. */
export async function handler(_event: unknown, context: { getRemainingTimeInMillis(): number }) {
  await invalidate({ remainingMs: () => context.getRemainingTimeInMillis() });
}

interface Limits {
  /** Milliseconds left to work in. */
  remainingMs: () => number;
  source?: Source;
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * Sends the queued paths to CloudFront until the queue is empty. One invocation works at a time, with as many paths as
 * CloudFront takes; only that one waits while CloudFront takes no more.
 */
export async function invalidate({ remainingMs, source = system, wait = sleep }: Limits): Promise<void> {
  const holder = randomUUID();
  // A path may have been queued between the last look and the release of the lock: look once more.
  while ((await Invalidation.isDue()) && (await takeOn(holder, source, wait))) {
    let done: boolean;
    try {
      done = await workOff(holder, { remainingMs, source, wait });
    } finally {
      await Invalidation.release(holder);
    }
    if (!done) return await requestInvalidation();
  }
}

/**
 * Takes the lock. If another invocation holds it, waits to see whether that one still renews it, and takes over if it
 * does not: the queue must not wait for the sweep. False while another invocation holds the lock.
 */
async function takeOn(holder: string, source: Source, wait: (ms: number) => Promise<unknown>): Promise<boolean> {
  if (await Invalidation.hold(holder, source)) return true;
  const before = await Invalidation.heldUntil();
  for (let waited = 0; waited <= Invalidation.HOLD_MS; waited += WAIT_MS) {
    await wait(WAIT_MS);
    if (!(await Invalidation.isDue())) return false;
    if (await Invalidation.hold(holder, source)) return true;
    if ((await Invalidation.heldUntil()) !== before) return false;
  }
  return false;
}

/** False when time was up before all paths were sent. */
async function workOff(holder: string, { remainingMs, source, wait }: Required<Limits>): Promise<boolean> {
  // Wildcards and single files have separate limits: a few urgent paths may find room where many do not.
  let part = 1;
  for (;;) {
    const rows = await Invalidation.due();
    if (rows.length === 0) return true;
    if (remainingMs() < LAST_MS) return false;
    await Invalidation.hold(holder, source);
    const some = { wildcards: Math.floor(Invalidation.WILDCARDS * part), files: Math.ceil(Invalidation.FILES * part) };
    const few = Invalidation.next(rows, some);
    const batch = few.paths.length > 0 ? few : Invalidation.next(rows, { wildcards: 1, files: 1 });
    if (await tell(batch, source)) part = Math.min(1, part * 2);
    else {
      part = Math.max(LEAST_PART, part / 2);
      await wait(WAIT_MS);
    }
  }
}

/** False while CloudFront refuses because too many invalidations are in progress. */
async function tell({ paths, rows }: Invalidation.Batch, source: Source): Promise<boolean> {
  const Paths = { Quantity: paths.length, Items: paths.map((path) => `/${path}`) };
  const InvalidationBatch = { CallerReference: source.id(), Paths };
  try {
    await cloudFront().send(
      new CreateInvalidationCommand({ DistributionId: config.distributionId, InvalidationBatch }),
    );
  } catch (error) {
    if (!(error instanceof TooManyInvalidationsInProgress)) throw error;
    logger.info("the edge has too much to forget", { due: rows.length });
    return false;
  }
  await Invalidation.told(rows);
  logger.info("invalidated", { paths: paths.length, rows: rows.length });
  return true;
}
