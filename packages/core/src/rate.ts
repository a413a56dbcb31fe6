export * as Rate from "./rate.ts";

import { isDone } from "./database.ts";
import { TooManyCalls } from "./errors.ts";
import { type Source, system } from "./ids.ts";
import { CALLS_PER_MINUTE, LEASE_SHARE, RATE_WINDOW_MS } from "./limits.ts";
import { RateEntity } from "./rate.entity.ts";

export type Kind = keyof typeof CALLS_PER_MINUTE;

/** What one server knows of this minute: per user and kind, calls it let pass and calls it may still let pass. */
export interface Leases {
  window: number;
  byUser: Map<string, { passed: number; left: number }>;
}

/** Of a server that has let nobody pass yet. */
export const leases = (): Leases => ({ window: 0, byUser: new Map() });

const own = leases();

/**
 * Lets one call of the user pass; `TooManyCalls` when this minute's are used up. A server that is asked again and again
 * counts several calls at once, a `LEASE_SHARE`th of what it has let pass, and need not ask for each: never more than the
 * limit pass in all, and however many servers answer a user, four fifths of it do.
 */
export async function take(userId: string, kind: Kind, source: Source = system, server: Leases = own): Promise<void> {
  const now = source.now();
  const window = Math.floor(now / RATE_WINDOW_MS);
  if (server.window !== window) Object.assign(server, { ...leases(), window });
  const name = `${kind}/${userId}`;
  const known = server.byUser.get(name) ?? { passed: 0, left: 0 };
  server.byUser.set(name, known);
  if (known.left > 0) known.left--;
  else known.left += (await lease({ userId, kind, window }, 1 + Math.floor(known.passed / LEASE_SHARE), now)) - 1;
  known.passed++;
}

type Window = { userId: string; kind: Kind; window: number };

/** Counts so many calls, or one where so many are no longer free; how many it was. */
async function lease(key: Window, calls: number, now: number): Promise<number> {
  const limit: number = CALLS_PER_MINUTE[key.kind];
  const end = (key.window + 1) * RATE_WINDOW_MS;
  if (await count(key, calls, limit, end)) return calls;
  if (calls > 1 && (await count(key, 1, limit, end))) return 1;
  throw TooManyCalls(limit, Math.ceil((end - now) / 1000));
}

const count = (key: Window, by: number, limit: number, end: number): Promise<boolean> =>
  isDone(
    RateEntity.update(key)
      .add({ calls: by })
      .set({ expires: Math.ceil(end / 1000) + 60 })
      .where(({ calls }, { notExists, lte }) => `${notExists(calls)} OR ${lte(calls, limit - by)}`)
      .go(),
  );
