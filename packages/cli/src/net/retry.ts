import type { Context } from "../context.ts";
import { CliError, Transient } from "../errors.ts";
import type { HttpAnswer } from "./http.ts";

/** Attempts per request, including the first: at most half a minute of waiting. */
export const TRIES = 8;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 20_000;
/** A server that asks for a longer wait counts as down: the user gets an error instead of waiting. */
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

export type Patience = Pick<Context, "clock" | "random" | "signal"> & {
  /** Called before each wait. */
  onRetry?: (message: string, delayMs: number) => void;
};

/**
 * Runs `attempt` until it throws no `Transient`, at most `TRIES` times, with exponential back-off and full jitter, and
 * never sooner than the server asked for. Throws a `CliError` when it gives up.
 */
export async function withRetries<T>(patience: Patience, what: string, attempt: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      patience.signal.throwIfAborted();
      if (!(error instanceof Transient)) throw error;
      await pauseAfter(patience, what, made, error);
    }
  }
}

/** Waits for the next attempt after attempt number `made` failed; throws a `CliError` when there is none. */
export async function pauseAfter(
  { clock, random, signal, onRetry }: Patience,
  what: string,
  made: number,
  error: Transient,
): Promise<void> {
  const delayMs = Math.max(error.retryAfterMs ?? 0, backoffMs(made, random));
  if (delayMs > LONGEST_RETRY_AFTER_MS)
    throw new CliError(`${what}: ${error.message}; the server asks to wait ${Math.ceil(delayMs / 1000)} s`);
  if (made === TRIES) throw new CliError(`${what}: ${error.message}; gave up after ${TRIES} attempts`);
  onRetry?.(`${what}: ${error.message}`, delayMs);
  await clock.sleep(delayMs, signal);
}

/** Full jitter: a random time between zero and the doubled delay, so that clients that failed together return apart. */
function backoffMs(made: number, random: () => number): number {
  return random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (made - 1));
}

/** Whether the same request may succeed later. */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** The Retry-After header, seconds or a date, in milliseconds from `now`; undefined when absent or invalid. */
export function retryAfterMs({ headers }: Pick<HttpAnswer, "headers">, now: number): number | undefined {
  const value = headers["retry-after"];
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
