import { createWriteTransaction } from "electrodb";
import type { Source } from "../ids.ts";
import type { MediaRef } from "../keys.ts";
import { TIMELINE_STEPS } from "../limits.ts";
import { LinkEntity } from "../store/link.entity.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { again, conflictFree } from "../store/transaction.ts";
import { CLOSED, openShard, UploadEntity } from "../store/upload.entity.ts";
import { WaitingEntity } from "../store/waiting.entity.ts";
import { newsOf } from "../telling/news.ts";
import { linkOf, waitingOf } from "./link.ts";
import { mediaOf, type Rows, readForChange } from "./rows.ts";
import { isClosed, isSettled, type MediaStatus, statusOf, type Visibility } from "./status.ts";

export interface Change {
  from: MediaStatus[];
  to: MediaStatus;
  /** The step that the timeline shows. */
  step?: string;
  visibility?: { from: Visibility[]; to: Visibility };
  set: Parameters<ReturnType<typeof MediaEntity.patch>["set"]>[0];
  unset?: ("failure" | "jobErrorCode")[];
  /** In the same transaction the media enters its event's gallery, or leaves it. */
  link?: "add" | "remove";
  /** The same, of the list of what waits for the event's creative. */
  waiting?: "add" | "remove";
}

const TABLES = { media: MediaEntity, upload: UploadEntity, link: LinkEntity, waiting: WaitingEntity };

/**
 * Moves one media to another status and its upload with it. The upload's revision makes concurrent changes of one
 * upload's media take turns; `known` rows are tried first and read anew when they are outdated. `repeated` when the
 * media is there already, `stale` when it is somewhere else.
 */
export async function transition(
  ref: MediaRef,
  change: Change,
  source: Source,
  known?: Rows,
): Promise<"done" | "repeated" | "stale"> {
  let fresh = known;
  return conflictFree(async () => {
    const rows = fresh ?? (await readForChange(ref.uploadId));
    fresh = undefined;
    const { upload, media } = rows;
    const current = mediaOf(rows, ref.mediaId);
    if (!change.from.includes(current.status))
      return current.status === change.to && !change.visibility ? "repeated" : "stale";
    if (change.visibility && !change.visibility.from.includes(current.visibility ?? "public")) return "repeated";
    const at = new Date(source.now()).toISOString();
    const shown = change.link === "add" && !current.shownAt;
    const set = {
      ...change.set,
      status: change.to,
      ...(change.visibility && { visibility: change.visibility.to }),
      ...(shown && { shownAt: at }),
    };
    const changed = { ...current, ...set };
    const after = media.map((one) => (one === current ? changed : one));
    const status = statusOf(after.map((one) => one.status));
    const news = newsOf(
      { ...current, from: current.status, to: change.to, shown },
      { from: upload.status, to: status },
    );
    const isTold = news.length === 0 && !upload.untold?.length;
    // Who hides and shows without end fills the row no further: DynamoDB holds 400 KB (AWS).
    const told = change.step && (!change.visibility || current.timeline.length < TIMELINE_STEPS);
    const write = createWriteTransaction(TABLES, (entities) => [
      entities.media
        .patch({ uploadId: ref.uploadId, mediaId: ref.mediaId })
        .set(set)
        .append({ timeline: told && change.step ? [{ at, step: change.step }] : [] })
        .remove(change.unset ?? [])
        .where((attributes, { eq }) => eq(attributes.status, current.status))
        .commit(),
      (news.length > 0
        ? entities.upload.patch({ uploadId: ref.uploadId }).add({ untold: news })
        : entities.upload.patch({ uploadId: ref.uploadId })
      )
        .set({
          status,
          revision: upload.revision + 1,
          openShard: isTold && isSettled(status, after) ? CLOSED : openShard(ref.uploadId),
          ...(isClosed(status) && !upload.completedAt ? { completedAt: at } : {}),
        })
        .composite({ eventId: upload.eventId, createdAt: upload.createdAt })
        .where(({ revision }, { eq }) => eq(revision, upload.revision))
        .commit(),
      ...(change.link === "add" ? [entities.link.upsert(linkOf(upload, changed, at)).commit()] : []),
      ...(change.link === "remove" ? [entities.link.delete(linkOf(upload, changed, at)).commit()] : []),
      ...(change.waiting === "add" ? [entities.waiting.upsert(waitingOf(upload, changed, at)).commit()] : []),
      ...(change.waiting === "remove" ? [entities.waiting.delete(waitingOf(upload, changed, at)).commit()] : []),
    ]);
    const result = await write.go();
    return result.canceled ? again(result) : "done";
  });
}
