import type { Context } from "../context.ts";
import { CliError, Transient } from "../errors.ts";
import type { HttpAnswer } from "./http.ts";

/** Attempts at one request, the first included: half a minute of waiting at most. */
export const TRIES = 8;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 20_000;
/** A server that wants more patience than this is down for the user, who is told instead of kept waiting. */
const LONGEST_RETRY_AFTER_MS = 5 * 60_000;

export type Patience = Pick<Context, "clock" | "random" | "signal"> & {
  /** Told before each wait. */
  onRetry?: (message: string, delayMs: number) => void;
};

/**
 * Runs `attempt` until it throws no `Transient`, at most `TRIES` times, with exponential back-off and full jitter and
 * never sooner than the server asked for. A `CliError` when it gives up.
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

/** Waits until the attempt after the `made`th, which failed, is due; a `CliError` when there is to be none. */
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

/** Full jitter: anywhere between nothing and the doubled delay, so that clients who failed together return apart. */
function backoffMs(made: number, random: () => number): number {
  return random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (made - 1));
}

/** Whether the same request may succeed later. */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** The Retry-After header in milliseconds from `now`: seconds or a date, undefined when absent or not understood. */
export function retryAfterMs({ headers }: Pick<HttpAnswer, "headers">, now: number): number | undefined {
  const value = headers["retry-after"];
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
