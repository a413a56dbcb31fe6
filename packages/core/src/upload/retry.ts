export * as Retry from "./retry.ts";

import { type Source, system } from "../ids.ts";
import type { MediaRef } from "../keys.ts";
import { RETRY_PAUSES_MS } from "../limits.ts";
import { isDone } from "../store/database.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { conflictFree } from "../store/transaction.ts";
import { transition } from "./transition.ts";

interface Failed {
  status: string;
  failedAt?: string | undefined;
  retries?: number | undefined;
  failure?: { error?: string | undefined } | undefined;
}

/** An operator stopped the execution by hand: it is left to them. */
const BY_HAND = "ABORTED";

/**
 * Whether a media that failed on our side is to be tried again by now; after the last of `RETRY_PAUSES_MS` it is left
 * to people.
 */
export function isDue({ status, failedAt, retries = 0, failure }: Failed, nowMs: number): boolean {
  const pause = RETRY_PAUSES_MS[retries];
  if (status !== "failed" || !failedAt || pause === undefined || failure?.error === BY_HAND) return false;
  return Date.parse(failedAt) + pause <= nowMs;
}

/**
 * Notes that a failed media is tried again; false when another run did so first. It stays `failed`, so that a new
 * execution may claim it, and counts the next pause from now.
 */
export const note = (ref: MediaRef, retries: number, source: Source = system): Promise<boolean> => {
  const at = new Date(source.now()).toISOString();
  return isDone(
    conflictFree(() =>
      MediaEntity.patch({ uploadId: ref.uploadId, mediaId: ref.mediaId })
        .set({ retries: retries + 1, failedAt: at })
        .append({ timeline: [{ at, step: "retried" }] })
        .where((media, { eq, notExists }) =>
          [
            eq(media.status, "failed"),
            retries === 0 ? `(${notExists(media.retries)} OR ${eq(media.retries, 0)})` : eq(media.retries, retries),
          ].join(" AND "),
        )
        .go(),
    ),
  );
};

/** The last try begins anew, by the state machine as it is deployed then; the others go on from where it failed. */
export const beginsAnew = (retries: number): boolean => retries + 1 === RETRY_PAUSES_MS.length;

/**
 * Shows that a media whose execution goes on is being processed. One that was never claimed stays `failed`: the
 * execution claims it, and checks it then.
 */
export async function goesOn(ref: MediaRef, { etag }: { etag?: string | undefined }, source: Source = system) {
  if (etag !== undefined) await transition(ref, { from: ["failed"], to: "processing", set: {} }, source);
}
