import { computed, signal } from "@preact/signals";
import { now } from "../api/clock.ts";
import { local } from "../store.ts";

/** Who is signed in, as the browser keeps it. */
export interface Session {
  access: string;
  refresh?: string | undefined;
  /** Milliseconds since 1970, by the API's clock. */
  expiresAt: number;
  userId: string;
  email?: string | undefined;
}

/** A token is renewed so long before it ends: a call takes time. */
const AHEAD_MS = 30_000;

export const KEY = "session";
const USER = "user";
export const session = signal<Session | undefined>(read());
/** Who is signed in, or was until the session ended by itself: what is theirs waits for them, until they sign out. */
export const user = computed(() => session.value?.userId ?? local.get(USER));

// Another tab signed in or out, or renewed the token.
addEventListener("storage", ({ key }) => {
  if (key === KEY || key === null) session.value = read();
});

export const isFresh = (one: Session | undefined) => one !== undefined && one.expiresAt - AHEAD_MS > now();

/** The session as this browser has stored it. */
export function read(): Session | undefined {
  try {
    return JSON.parse(local.get(KEY) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(next: Session | undefined) {
  if (next) {
    local.set(USER, next.userId);
    local.set(KEY, JSON.stringify(next));
  } else local.remove(KEY);
  session.value = next;
}

/** Nobody is signed in any more, and nothing waits for them. */
export function end() {
  local.remove(USER);
  keep(undefined);
}
