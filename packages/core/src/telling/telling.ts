export * as Telling from "./telling.ts";

import { isDone } from "../store/database.ts";
import { conflictFree } from "../store/transaction.ts";
import { CLOSED, UploadEntity } from "../store/upload.entity.ts";
import { type Rows, readForChange } from "../upload/rows.ts";
import { isSettled } from "../upload/status.ts";
import { eventOf } from "./event-of.ts";
import { UPLOAD } from "./news.ts";
import type { Told } from "./schemas.ts";

/** What is to be told of an upload. News that something newer has overtaken has no event. */
export interface Due {
  rows: Rows;
  news: { key: string; event?: Told | undefined }[];
}

/**
 * What other programs were not told of an upload yet: all of it, or what is of one media and of the upload as a whole.
 * The record keeps it due until it is `told`, whatever breaks down in between. `UploadNotFound`.
 */
export async function due(uploadId: string, mediaId?: string): Promise<Due> {
  const rows = await readForChange(uploadId);
  const keys = (rows.upload.untold ?? []).filter(
    (key) => mediaId === undefined || key.startsWith(`${mediaId}/`) || key.startsWith(`${UPLOAD}/`),
  );
  return { rows, news: keys.map((key) => ({ key, event: eventOf(rows, key) })) };
}

/** Whether an upload that is open may be so only because something is still to be told, or just was. */
export const isDue = ({ upload, media }: Rows) => !!upload.untold?.length || isSettled(upload.status, media);

/** Notes that these are told. Where nothing else is left to do about the upload it is closed. Safe to repeat. */
export async function told({ rows }: Pick<Due, "rows">, keys: string[]): Promise<void> {
  let known: Rows | undefined = rows;
  await conflictFree(async () => {
    const { upload, media } = known ?? (await readForChange(rows.upload.uploadId));
    known = undefined;
    const { uploadId, eventId, createdAt, openShard, revision, untold = [] } = upload;
    const mine = untold.filter((key) => keys.includes(key));
    const settled = isSettled(upload.status, media);
    const close = settled && mine.length === untold.length && openShard !== CLOSED;
    if (mine.length === 0 && !close) return "done";
    const patch = UploadEntity.patch({ uploadId }).remove([]);
    const rid = mine.length > 0 ? patch.delete({ untold: mine }) : patch;
    const write = close
      ? rid
          .set({ openShard: CLOSED })
          .composite({ eventId, createdAt })
          // What is added comes with another revision.
          .where((row, { eq }) => eq(row.revision, revision))
      : rid;
    if (!(await isDone(write.go()))) return "again";
    // The last of several that tell at the same time closes it: each looks once more.
    return settled && !close ? "again" : "done";
  });
}
