import { call } from "../api/call.ts";
import type { UploadMedia } from "../api/types.ts";
import type { Entry } from "./entry.ts";

/** How often is asked what becomes of what was sent. */
const ASK_MS = 2000;
const ENDED: UploadMedia["status"][] = ["complete", "rejected", "failed", "expired", "deleted"];

export const hasEnded = ({ status }: Pick<UploadMedia, "status">) => ENDED.includes(status);

/** Reads the records of what was sent until each has ended, one call for all files of an upload. */
export function follow() {
  const followed = new Set<Entry>();
  let isAsking = false;

  async function ask() {
    const byUpload = Map.groupBy(followed, ({ kept }) => kept.value.transfer!.uploadId);
    for (const [uploadId, entries] of byUpload) {
      // What cannot be read now is read the next time.
      const upload = await call("get", "/uploads/{uploadId}", { path: { uploadId } }).catch(() => undefined);
      for (const entry of entries) {
        const record = upload?.media.find(({ mediaId }) => mediaId === entry.kept.value.transfer!.mediaId);
        if (!record) continue;
        entry.record.value = record;
        if (hasEnded(record)) followed.delete(entry);
      }
    }
    isAsking = followed.size > 0;
    if (isAsking) setTimeout(ask, ASK_MS);
  }

  return {
    add(entry: Entry) {
      followed.add(entry);
      if (isAsking) return;
      isAsking = true;
      void ask();
    },
  };
}
