export * as Rate from "./rate.ts";

import { conditionFailed } from "./database.ts";
import { TooManyCalls } from "./errors.ts";
import { type Source, system } from "./ids.ts";
import { CALLS_PER_LEASE, CALLS_PER_MINUTE, RATE_WINDOW_MS } from "./limits.ts";
import { RateEntity } from "./rate.entity.ts";

export type Kind = keyof typeof CALLS_PER_MINUTE;

/** Calls that have been counted but not made yet, of the current minute; one server's own. */
export interface Leases {
  window: number;
  left: Map<string, number>;
}

const own: Leases = { window: 0, left: new Map() };

/**
 * Lets one call of the user pass; `TooManyCalls` when this minute's are used up. Servers count several calls at a time
 * and then let so many pass without asking: never more than the limit pass in all, and where many servers answer one
 * user, a few less.
 */
export async function take(userId: string, kind: Kind, source: Source = system, leases: Leases = own): Promise<void> {
  const now = source.now();
  const window = Math.floor(now / RATE_WINDOW_MS);
  if (leases.window !== window) Object.assign(leases, { window, left: new Map() });
  const name = `${kind}/${userId}`;
  const left = leases.left.get(name) ?? 0;
  if (left > 0) {
    leases.left.set(name, left - 1);
    return;
  }
  await lease(userId, kind, window, now);
  // Others may have leased meanwhile: theirs are added to, not replaced.
  if (leases.window === window) leases.left.set(name, (leases.left.get(name) ?? 0) + CALLS_PER_LEASE - 1);
}

/** Counts `CALLS_PER_LEASE` calls, which divides every limit. */
async function lease(userId: string, kind: Kind, window: number, now: number) {
  const end = (window + 1) * RATE_WINDOW_MS;
  const limit: number = CALLS_PER_MINUTE[kind];
  try {
    await RateEntity.update({ userId, kind, window })
      .add({ calls: CALLS_PER_LEASE })
      .set({ expires: Math.ceil(end / 1000) + 60 })
      .where(({ calls }, { notExists, lt }) => `${notExists(calls)} OR ${lt(calls, limit)}`)
      .go();
  } catch (error) {
    if (!conditionFailed(error)) throw error;
    throw TooManyCalls(limit, Math.ceil((end - now) / 1000));
  }
}
