import { now } from "../api/clock.ts";
import { alone } from "./alone.ts";
import { KEY, keep, read, type Session, session } from "./session.ts";

/** A token is renewed so long before it ends: a call takes time. */
const AHEAD_MS = 30_000;

const isFresh = (one: Session | undefined) => one !== undefined && one.expiresAt - AHEAD_MS > now();

/** The access token, renewed when it is about to end: once, however many calls and tabs ask at the same time. */
export async function bearer({ renew = false } = {}): Promise<string | undefined> {
  const before = session.value;
  if (!before || (isFresh(before) && !renew)) return before?.access;
  return alone(KEY, async () => {
    const current = read();
    // Somebody else renewed it while this one waited.
    const isRenewed = isFresh(current) && current?.access !== before.access;
    if (isRenewed) session.value = current;
    else if (current) keep(await (await import("./oauth.ts")).refresh(current));
    else session.value = undefined;
    return session.value?.access;
  });
}
