import { signal } from "@preact/signals";
import type { Media } from "../api/types.ts";
import { persist } from "../ui/persist.ts";
import { merge, nameOf } from "./merge.ts";

/** A page of a list of media, as both events and collections give it. */
export interface MediaList {
  media: Media[];
  cursor?: string | undefined;
}
type Read = (cursor: string | undefined) => Promise<MediaList>;

/** How often an open page asks for what is new, as long as it is seen. Unchanged lists are answered without a body. */
const POLL_MS = 20_000;

/**
 * A list of media that grows at its end as one scrolls, and is kept as the others see it; `joined` puts a new first
 * page in.
 */
export function createGallery(read: Read, joined = merge) {
  const media = signal<Media[] | undefined>(undefined);
  const error = signal<unknown>(undefined);
  /** How many have come since the page was opened or looked at. */
  const fresh = signal(0);
  const hasMore = signal(false);
  let cursor: string | undefined;
  let reading: Promise<void> | undefined;

  /** The next page, once at a time. */
  function more(): Promise<void> {
    reading ??= readOn().finally(() => {
      reading = undefined;
    });
    return reading;
  }
  async function readOn() {
    try {
      const page = await read(cursor);
      const known = new Set((media.value ?? []).map(nameOf));
      media.value = [...(media.value ?? []), ...page.media.filter((one) => !known.has(nameOf(one)))];
      cursor = page.cursor;
      hasMore.value = cursor !== undefined;
      error.value = undefined;
    } catch (caught) {
      error.value = caught;
    }
  }

  /** Looks for what is new. What cannot be read now is read the next time. */
  async function look() {
    const before = media.value;
    if (!before) return more();
    const page = await read(undefined).catch(() => undefined);
    if (!page || media.value !== before) return;
    const known = new Set(before.map(nameOf));
    const merged = joined(before, page.media, page.cursor === undefined);
    if (merged.map(nameOf).join() === before.map(nameOf).join()) return;
    fresh.value += page.media.filter((one) => !known.has(nameOf(one))).length;
    media.value = merged;
  }

  /** Reads and looks until the page is left. */
  function watch(): () => void {
    const lookIfSeen = () => {
      if (document.visibilityState === "visible") void look();
    };
    const stop = persist(more, () => (media.value ? undefined : error.value));
    const timer = setInterval(lookIfSeen, POLL_MS);
    const lookAgain = () => media.value && lookIfSeen();
    addEventListener("online", lookAgain);
    document.addEventListener("visibilitychange", lookIfSeen);
    return () => {
      stop();
      clearInterval(timer);
      removeEventListener("online", lookAgain);
      document.removeEventListener("visibilitychange", lookIfSeen);
    };
  }

  return { media, error, fresh, hasMore, more, look, watch };
}
export type Gallery = ReturnType<typeof createGallery>;
