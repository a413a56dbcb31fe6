import { alone } from "./alone.ts";
import { isFresh, KEY, keep, read, session } from "./session.ts";

/** The access token, renewed when it is about to end: once, however many calls and tabs ask at the same time. */
export async function bearer({ renew = false } = {}): Promise<string | undefined> {
  const before = session.value;
  if (!before || (isFresh(before) && !renew)) return before?.access;
  return alone(KEY, async () => {
    const current = read();
    // Somebody else renewed it while this one waited.
    const isRenewed = isFresh(current) && current?.access !== before.access;
    if (isRenewed) session.value = current;
    else if (current) keep(await (await import("./oauth.ts")).renewed(current));
    else session.value = undefined;
    return session.value?.access;
  });
}
