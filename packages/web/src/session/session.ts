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
export const session = signal<Session | undefined>(read());
export const isSignedIn = computed(() => session.value !== undefined);

// Another tab signed in or out, or renewed the token.
addEventListener("storage", ({ key }) => {
  if (key === KEY || key === null) session.value = read();
});

/** The session as this browser has stored it. */
export function read(): Session | undefined {
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
