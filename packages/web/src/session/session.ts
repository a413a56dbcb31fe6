import { computed, signal } from "@preact/signals";

/** Who is signed in, as the browser keeps it. */
export interface Session {
  access: string;
  refresh?: string | undefined;
  /** Milliseconds since 1970, by this machine's clock. */
  expiresAt: number;
  userId: string;
  email?: string | undefined;
}

export const KEY = "session";
/** A token is renewed so long before it ends: a call takes time. */
const AHEAD_MS = 30_000;

export const session = signal<Session | undefined>(read());
export const isSignedIn = computed(() => session.value !== undefined);

// Another tab signed in or out, or renewed the token.
addEventListener("storage", ({ key }) => {
  if (key === KEY || key === null) session.value = read();
});

function read(): Session | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(next: Session | undefined) {
  if (next) localStorage.setItem(KEY, JSON.stringify(next));
  else localStorage.removeItem(KEY);
  session.value = next;
}

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
