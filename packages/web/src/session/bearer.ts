import { KEY, keep, read, type Session, session } from "./session.ts";

/** A token is renewed so long before it ends: a call takes time. */
const AHEAD_MS = 30_000;

const isFresh = (one: Session | undefined) => one !== undefined && one.expiresAt - AHEAD_MS > Date.now();

/** The access token, renewed when it is about to end: once, however many calls and tabs ask at the same time. */
export async function bearer({ renew = false } = {}): Promise<string | undefined> {
  const before = session.value;
  if (!before || (isFresh(before) && !renew)) return before?.access;
  return navigator.locks.request(KEY, async () => {
    const now = read();
    // Somebody else renewed it while this one waited.
    const isRenewed = isFresh(now) && now?.access !== before.access;
    if (isRenewed) session.value = now;
    else if (now) keep(await (await import("./oauth.ts")).refresh(now));
    else session.value = undefined;
    return session.value?.access;
  });
}
