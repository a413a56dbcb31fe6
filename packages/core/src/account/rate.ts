export * as Rate from "./rate.ts";

import { AccountDeleted, TooManyCalls } from "../errors.ts";
import { type Source, system } from "../ids.ts";
import { ACCESS_TOKEN_MS_MAX, CALLS_PER_MINUTE, LEASE_SHARE, RATE_WINDOW_MS } from "../limits.ts";
import { isDone } from "../store/database.ts";
import { RateEntity } from "../store/rate.entity.ts";
import { conflictFree } from "../store/transaction.ts";

export type Kind = keyof typeof CALLS_PER_MINUTE;

/** One server's counts of this minute: per user and kind, the calls that passed and those that may still pass. */
export interface Leases {
  window: number;
  byUser: Map<string, { passed: number; left: number }>;
}

/** The counts of a server that has just started. */
export const leases = (): Leases => ({ window: 0, byUser: new Map() });

const own = leases();

/**
 * Lets one call of the user pass; `TooManyCalls` when this minute's are used up, `AccountDeleted` once `end` was
 * called. A server that is asked to read again and again counts several calls at once, a `LEASE_SHARE`th of what it has
 * let pass, and need not ask for each: never more than the limit pass in all, and however many servers answer a user,
 * four fifths of it do.
 */
export async function take(userId: string, kind: Kind, source: Source = system, server: Leases = own): Promise<void> {
  const now = source.now();
  const window = Math.floor(now / RATE_WINDOW_MS);
  if (server.window !== window) Object.assign(server, { ...leases(), window });
  const name = `${kind}/${userId}`;
  const known = server.byUser.get(name) ?? { passed: 0, left: 0 };
  server.byUser.set(name, known);
  // Writes reserve one call each: after the account is deleted, none may pass on an old reservation.
  const wanted = kind === "read" ? 1 + Math.floor(known.passed / LEASE_SHARE) : 1;
  if (known.left > 0) known.left--;
  else known.left += (await lease({ userId, kind }, window, wanted, known.passed === 0, now)) - 1;
  known.passed++;
}

/**
 * Lets no call of a deleted account pass any more, as long as a token of theirs may hold; but `leave`, so that deleting
 * can be repeated. Reads that a server has counted ahead pass until the end of the minute.
 */
export async function end(userId: string, source: Source = system): Promise<void> {
  const expires = Math.ceil((source.now() + 2 * ACCESS_TOKEN_MS_MAX) / 1000);
  const kinds = (Object.keys(CALLS_PER_MINUTE) as Kind[]).filter((kind) => kind !== "leave");
  const ended = kinds.map((kind) => RateEntity.update({ userId, kind }).set({ ended: true, expires }).go());
  await Promise.all(ended);
}

type Key = { userId: string; kind: Kind };

/** Reserves `wanted` calls, or 1 if fewer remain; returns the number reserved. */
function lease(key: Key, window: number, wanted: number, first: boolean, now: number): Promise<number> {
  const limit: number = CALLS_PER_MINUTE[key.kind];
  let [minute, calls] = [window, wanted];
  return conflictFree(async () => {
    // A user's first call here in this minute is most likely their first on any server.
    const tries = [() => more(key, minute, calls, limit), () => begin(key, minute, calls)];
    for (const count of first ? tries.reverse() : tries) if (await count()) return calls;
    const { data } = await RateEntity.get(key).go({ consistent: true });
    if (data?.ended) throw AccountDeleted();
    // The clock of another server may already be in the next minute.
    minute = Math.max(window, data?.window ?? 0);
    const used = data?.window === minute ? (data.calls ?? 0) : 0;
    if (used >= limit) throw TooManyCalls(limit, Math.ceil(((window + 1) * RATE_WINDOW_MS - now) / 1000));
    if (used + calls > limit) calls = 1;
    return "again";
  });
}

/** Adds calls to the current minute's count; returns whether the limit allowed it. */
const more = (key: Key, minute: number, by: number, limit: number) =>
  isDone(
    RateEntity.update(key)
      .add({ calls: by })
      .set({ expires: expiresOf(minute) })
      .where(
        ({ window, calls, ended }, { notExists, eq, lte }) =>
          `${eq(window, minute)} AND ${lte(calls, limit - by)} AND ${notExists(ended)}`,
      )
      .go(),
  );

/** Begins a minute's count; returns false if it has begun already. */
const begin = (key: Key, minute: number, by: number) =>
  isDone(
    RateEntity.update(key)
      .set({ window: minute, calls: by, expires: expiresOf(minute) })
      .where(
        ({ window, ended }, { notExists, lt }) =>
          `(${notExists(window)} OR ${lt(window, minute)}) AND ${notExists(ended)}`,
      )
      .go(),
  );

const expiresOf = (minute: number) => Math.ceil(((minute + 1) * RATE_WINDOW_MS) / 1000) + 60;
