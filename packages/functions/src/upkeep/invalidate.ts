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

/** Invalidations take seconds to a few minutes (AWS). The holder of the work says within this time that it is there. */
const WAIT_MS = 10_000;
/** Small enough that no wildcard is told, only single files. */
const LEAST_PART = 1 / 32;
/** With less time left the next one goes on. */
const LAST_MS = 60_000;

/** Event "Invalidation Due": tells the edge what it is to forget. */
export async function handler(_event: unknown, context: { getRemainingTimeInMillis(): number }) {
  await invalidate({ remainingMs: () => context.getRemainingTimeInMillis() });
}

interface Limits {
  /** Time left to work in. */
  remainingMs: () => number;
  source?: Source;
  wait?: (ms: number) => Promise<unknown>;
}

/**
 * Tells the edge what is due, until nothing is. One does so at a time, with as many paths at a time as CloudFront
 * takes; it alone waits while CloudFront takes no more.
 */
export async function invalidate({ remainingMs, source = system, wait = sleep }: Limits): Promise<void> {
  const holder = randomUUID();
  // Asked for between the last look and letting go, by one that found the work held: so it is looked at once more.
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
 * Holds the work. Where another one holds it, waits to see whether that one is at work or gone, and takes over from who
 * is gone: what is due must not wait for the sweep. False when it is in other hands.
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

/** False when time was up before all was told. */
async function workOff(holder: string, { remainingMs, source, wait }: Required<Limits>): Promise<boolean> {
  // Takes paths of both kinds: a few urgent ones find room where many do not.
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

/** False while CloudFront has too much to do. */
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
