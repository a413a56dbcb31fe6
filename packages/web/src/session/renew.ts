import { isFresh, type Session } from "./session.ts";

/**
 * What a tab puts into `localStorage` the others see a moment later, which may be after the lock was handed on to them.
 * What was put into a cache is there for all of them.
 */
const CACHE = "session";
const PLACE = "/session";

const noted = async (): Promise<Session | undefined> => (await (await caches.open(CACHE)).match(PLACE))?.json();
const note = async (next: Session) => (await caches.open(CACHE)).put(PLACE, Response.json(next));
/** What was renewed is left for no tab to find. */
export const forgetRenewed = async () => void (await caches.delete(CACHE));

/** The session with a new access token, by `refresh` or as another tab has just got it; undefined once it has ended. */
export async function renew(
  current: Session,
  refresh: (before: Session) => Promise<Session | undefined>,
): Promise<Session | undefined> {
  // A browser that keeps nothing has no cache either, and shares nothing between its tabs.
  const other = await noted().catch(() => undefined);
  const isNewer = other?.refresh === current.refresh && other?.access !== current.access;
  if (other && isNewer && other.expiresAt > current.expiresAt && isFresh(other)) return other;
  const next = await refresh(current);
  await (next ? note(next) : forgetRenewed()).catch(() => {});
  return next;
}
