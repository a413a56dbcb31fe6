import { signal } from "@preact/signals";
import { call } from "../api/call.ts";
import type { Upload } from "../api/types.ts";
import { persist } from "../ui/persist.ts";

/** How often is asked what becomes of what has not ended. */
const ASK_MS = 4000;
const OPEN: Upload["status"][] = ["pending", "processing"];

/** The user's own uploads, kept as they are. */
export function createMine() {
  const uploads = signal<Upload[] | undefined>(undefined);
  const cursor = signal<string | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const deleted = signal(0);
  /** Titles of the shows they were sent to; a show that is gone has none. */
  const titles = signal<Record<string, string>>({});

  async function more() {
    try {
      const page = await call("get", "/me/uploads", { query: { cursor: cursor.value } });
      uploads.value = [...(uploads.value ?? []), ...page.uploads];
      cursor.value = page.cursor;
      error.value = undefined;
      await name(page.uploads);
    } catch (caught) {
      error.value = caught;
    }
  }

  async function name(some: Upload[]) {
    const unknown = new Set(some.map(({ eventId }) => eventId).filter((eventId) => !(eventId in titles.value)));
    for (const eventId of unknown) {
      const title = await call("get", "/events/{eventId}", { path: { eventId } }).then(
        (event) => event.title,
        () => "",
      );
      titles.value = { ...titles.value, [eventId]: title };
    }
  }

  async function ask() {
    for (const { uploadId } of uploads.value?.filter(({ status }) => OPEN.includes(status)) ?? []) {
      // What cannot be read now is read the next time.
      const now = await call("get", "/uploads/{uploadId}", { path: { uploadId } }).catch(() => undefined);
      if (now) uploads.value = uploads.value?.map((one) => (one.uploadId === uploadId ? now : one));
    }
  }

  async function remove(uploadId: string) {
    try {
      await call("delete", "/uploads/{uploadId}", { path: { uploadId } });
      uploads.value = uploads.value?.filter((one) => one.uploadId !== uploadId);
      deleted.value++;
      error.value = undefined;
    } catch (caught) {
      error.value = caught;
    }
  }

  function watch() {
    let timer = 0;
    let isLeft = false;
    const askOn = async () => {
      if (document.visibilityState === "visible") await ask();
      if (!isLeft) timer = window.setTimeout(askOn, ASK_MS);
    };
    const stop = persist(more, () => (uploads.value ? undefined : error.value));
    timer = window.setTimeout(askOn, ASK_MS);
    return () => {
      isLeft = true;
      stop();
      clearTimeout(timer);
    };
  }

  return { uploads, cursor, error, deleted, titles, more: () => void more(), remove, watch };
}
export type Mine = ReturnType<typeof createMine>;
