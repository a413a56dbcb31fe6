export * as Upload from "./upload.ts";

import { createConversions, createWriteTransaction } from "electrodb";
import * as v from "valibot";
import { User } from "../account/user.ts";
import { Day } from "../day.ts";
import { EventClosed, NotYourEvent, TooManyUploads, UploadNotFound } from "../errors.ts";
import { Event } from "../event/event.ts";
import { fn } from "../fn.ts";
import { Id, type Source, system } from "../ids.ts";
import { isQuiet } from "../late.ts";
import { DELETED_KEPT_MS, UPLOADS_PAGE_MAX } from "../limits.ts";
import { Cursor } from "../store/cursor.ts";
import { every } from "../store/every.ts";
import { inOrder } from "../store/in-order.ts";
import { LinkEntity } from "../store/link.entity.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { pageOf } from "../store/page.ts";
import { QuotaEntity } from "../store/quota.entity.ts";
import { RequestEntity } from "../store/request.entity.ts";
import { Request } from "../store/request.ts";
import { UPLOAD_STATUS } from "../store/statuses.ts";
import { again, conflictFree } from "../store/transaction.ts";
import { CLOSED, OPEN_SHARDS, openShard, UploadEntity } from "../store/upload.entity.ts";
import { UsageEntity } from "../store/usage.entity.ts";
import { WaitingEntity } from "../store/waiting.entity.ts";
import { linkOf, waitingOf } from "./link.ts";
import { accepted, bytesOf, rowsOf } from "./new.ts";
import { serialize } from "./record.ts";
import { find, read, readForChange } from "./rows.ts";
import { Files, type Info } from "./schemas.ts";
import { Usage } from "./usage.ts";

export { transferOf } from "./record.ts";
export { everyToEvent, mediaOf, read, readForChange } from "./rows.ts";
export { Files, Info, type MediaInfo, type Transfer } from "./schemas.ts";

const CreateInput = v.object({
  eventId: Id,
  /** Who uploads. */
  fanId: Id,
  /** Groups the user is in: a fan may upload to every open event, a creative to their own at any time. */
  groups: v.optional(v.array(v.string()), ["fan"]),
  files: Files,
  idempotencyKey: v.optional(Request.Key),
});

/**
 * Makes an upload: one record, one media per file, each waiting for its bytes; the same Idempotency-Key gives the same
 * upload again. Refuses what breaks the event's limits before a byte is sent: `EventNotFound`, `EventClosed`,
 * `NotYourEvent`, `TypeNotTaken`, `ContentTypeNotTaken`, `FileTooLarge`, `TooManyVideos`, `TooManyImages`,
 * `TooManyUploads`, `DayUsedUp`.
 */
export const create = fn(CreateInput, async (input, source: Source = system): Promise<Info> => {
  const { eventId, fanId, files: asked } = input;
  const request = {
    userId: fanId,
    key: input.idempotencyKey,
    operation: "uploads.create",
    input: { eventId, files: asked },
  };
  const [event, made] = await inOrder([Event.row(eventId), Request.madeBefore(request, source)]);
  if (made) return ownOf(made, fanId);
  const nowMs = source.now();
  const now = new Date(nowMs).toISOString();
  if (!User.isCreativeOf(event, { userId: fanId, groups: input.groups })) {
    if (!input.groups.includes("fan")) throw NotYourEvent();
    if (now < event.opensAt || now > event.closesAt) throw EventClosed(event.opensAt, event.closesAt);
  }
  const { upload, media } = rowsOf(event, fanId, accepted(asked, event), source.id(), nowMs);
  const taken = {
    fanId,
    bytes: bytesOf(media),
    hasVideo: upload.contentType === "video",
    longestMs: event.videoDurationMs,
  };
  // The event is not part of it: thousands may upload to one event at once. One that is deleted meanwhile takes this
  // upload along, at the latest when it is looked at once more.
  const write = createWriteTransaction(
    { upload: UploadEntity, media: MediaEntity, quota: QuotaEntity, usage: UsageEntity, request: RequestEntity },
    (entities) => [
      // `update` would not write the keys of its index.
      entities.quota
        .upsert({ eventId, fanId })
        .add({ uploads: 1 })
        .where(({ uploads }, { notExists, lt }) => `${notExists(uploads)} OR ${lt(uploads, event.uploadsPerFan)}`)
        .commit(),
      Usage.take(entities.usage, taken, nowMs),
      entities.upload.create(upload).commit(),
      ...media.map((one) => entities.media.create(one).commit()),
      ...Request.note(entities.request, request, upload.uploadId, source),
    ],
  );
  const refused = async ([quota, usage]: boolean[]) => {
    if (quota) throw TooManyUploads(event.uploadsPerFan);
    const refusal = usage && (await Usage.refusal(taken, nowMs));
    if (refusal) throw refusal;
    return undefined;
  };
  const found = (uploadId: string) => ownOf(uploadId, fanId);
  return Request.commit(request, write, { made: serialize(upload, media), found, refused }, source);
});

const GetInput = v.object({ uploadId: Id, ...User.Caller.entries });

/** The record of an upload, for its fan and its event's creative; `UploadNotFound` for everybody else. */
export const get = fn(GetInput, async ({ uploadId, ...caller }): Promise<Info> => {
  const { upload, media } = await read(uploadId);
  if (!mayDecide(upload, caller)) throw UploadNotFound();
  return serialize(upload, media);
});

const ownOf = (uploadId: string, fanId: string) => get({ uploadId, userId: fanId });

/** Who sent an upload and who runs its event: they read it whole, and may delete it. */
const mayDecide = (upload: { fanId: string; creativeId: string }, caller: User.Caller) =>
  upload.fanId === caller.userId || User.isCreativeOf(upload, caller);

/** Uploads are read whole: a page holds fewer of them. */
const Page = v.pipe(
  Cursor.Page,
  v.transform(({ cursor, limit }) => ({ cursor, limit: Math.min(limit, UPLOADS_PAGE_MAX) })),
);

/** A page of the user's own uploads, newest first, without deleted ones. */
export const listOwn = fn(v.intersect([v.object({ userId: Id }), Page]), async ({ userId, cursor, limit }) => {
  const { entries: uploads, ...next } = await pageOf({
    cursor,
    limit,
    purpose: `uploads/fan/${userId}`,
    read: (from) =>
      UploadEntity.query
        .byFan({ fanId: userId })
        .where(({ status }, { ne }) => ne(status, "deleted"))
        .go({ ...from, order: "desc" }),
    place: createConversions(UploadEntity).byAccessPattern.byFan.fromComposite.toCursor,
    show: whole,
  });
  return { uploads, ...next };
});

const ListOfEventInput = v.intersect([
  v.object({ eventId: Id, creativeId: Id, status: v.optional(v.picklist(UPLOAD_STATUS)) }),
  Page,
]);

/** A page of the uploads to the creative's own event, newest first; of one status, or all but the deleted ones. */
export const listOfEvent = fn(ListOfEventInput, async ({ eventId, creativeId, status, cursor, limit }) => {
  await Event.owned(eventId, creativeId);
  const all = UploadEntity.query.byEvent({ eventId }).where((upload, { ne }) => ne(upload.status, "deleted"));
  const { byStatus, byEvent } = createConversions(UploadEntity).byAccessPattern;
  const { entries: uploads, ...next } = await pageOf({
    cursor,
    limit,
    purpose: `uploads/event/${eventId}/${status ?? ""}`,
    read: (from) =>
      status
        ? UploadEntity.query.byStatus({ eventId, status }).go({ ...from, order: "desc" })
        : all.go({ ...from, order: "desc" }),
    place: status ? byStatus.fromComposite.toCursor : byEvent.fromComposite.toCursor,
    show: whole,
  });
  return { uploads, ...next };
});

/** Each upload whole; one that is forgotten meanwhile may still be in the index. */
async function whole(rows: { uploadId: string }[]): Promise<(Info | undefined)[]> {
  const found = await Promise.all(rows.map(({ uploadId }) => find(uploadId)));
  return found.map((one) => one && serialize(one.upload, one.media));
}

const RemoveInput = v.object({
  uploadId: Id,
  /** Its fan or its event's creative; left out when its event was deleted. */
  by: v.optional(User.Caller),
});

/**
 * Deletes an upload in one step: its media are gone from the record and the gallery, and from the fan's counts where
 * none of them was ever taken in: what was worked on stays counted, or deleting would be a way around every limit. What
 * is under way and executions and files are stopped and removed afterwards, by settling. True when that is still to be
 * done; safe to repeat. `UploadNotFound`.
 */
export const remove = fn(RemoveInput, ({ uploadId, by }, source: Source = system): Promise<boolean> => {
  const nowMs = source.now();
  const at = new Date(nowMs).toISOString();
  return conflictFree(async () => {
    const { upload, media } = await readForChange(uploadId);
    if (by && !mayDecide(upload, by)) throw UploadNotFound();
    if (upload.status === "deleted") return upload.openShard !== CLOSED;
    const unused = media.every(({ executionArn }) => executionArn === undefined);
    const write = createWriteTransaction(
      {
        ...{ upload: UploadEntity, media: MediaEntity, link: LinkEntity, waiting: WaitingEntity },
        ...{ quota: QuotaEntity, usage: UsageEntity },
      },
      (entities) => [
        entities.upload
          .patch({ uploadId })
          .set({
            status: "deleted",
            revision: upload.revision + 1,
            openShard: openShard(uploadId),
            completedAt: upload.completedAt ?? at,
          })
          // Nothing is told of what is gone.
          .remove(["untold"])
          .composite({ eventId: upload.eventId, createdAt: upload.createdAt })
          .where(({ revision }, { eq }) => eq(revision, upload.revision))
          .commit(),
        ...(unused ? [entities.quota.patch(upload).subtract({ uploads: 1 }).commit()] : []),
        ...(unused && Day.of(nowMs) === Day.of(Date.parse(upload.createdAt))
          ? [Usage.giveBack(entities.usage, { fanId: upload.fanId, bytes: bytesOf(media) }, nowMs)]
          : []),
        ...media.map((one) =>
          entities.media
            .patch(one)
            .set({ status: "deleted" })
            .append({ timeline: [{ at, step: "deleted" }] })
            .commit(),
        ),
        ...media.filter((one) => one.publishedAt).map((one) => entities.link.delete(linkOf(upload, one, at)).commit()),
        ...media
          .filter((one) => one.visibility === "waiting")
          .map((one) => entities.waiting.delete(waitingOf(upload, one, at)).commit()),
      ],
    );
    const result = await write.go();
    return result.canceled ? again(result) : true;
  });
});

/** Notes that something of a deleted upload lay where the edge can read it. */
export async function noteReadable(uploadId: string): Promise<void> {
  await conflictFree(() => UploadEntity.patch({ uploadId }).set({ readable: true }).go());
}

/**
 * Notes what a look at a deleted upload's files gave: whether any were `found` (they are removed), and whether the edge
 * was `told` of them. It stays open for what may still be on its way, and is closed once a later look finds nothing;
 * its rows are forgotten after a while. True when it is closed.
 */
export async function noteRemoved(
  uploadId: string,
  { found, told }: { found: boolean; told: boolean },
  source: Source = system,
): Promise<boolean> {
  const { upload, media } = await readForChange(uploadId);
  const { eventId, createdAt } = upload;
  const close = !found && upload.removedAt !== undefined && isQuiet(upload.removedAt, source.now());
  const expires = Math.ceil((source.now() + DELETED_KEPT_MS) / 1000);
  const now = new Date(source.now()).toISOString();
  // The media first: once the upload is closed nothing comes back for them.
  if (close) await Promise.all(media.map((one) => conflictFree(() => MediaEntity.patch(one).set({ expires }).go())));
  await conflictFree(() =>
    UploadEntity.patch({ uploadId })
      // Two removals at once, of the upload and of its event, leave the time of the first.
      .data(({ removedAt }, { ifNotExists }) => ifNotExists(removedAt, now))
      .set(close ? { openShard: CLOSED, expires } : {})
      .remove(told ? ["readable"] : [])
      .composite({ eventId, createdAt, ...(close ? {} : { openShard: upload.openShard }) })
      .go(),
  );
  return close;
}

/**
 * Uploads about which something is still to be done and that were made before `before` (ISO 8601), in no order but from
 * the shard `first` on. For the sweep: they are found by an index, so one may already have moved on.
 */
export async function* open(before: string, first = 0) {
  for (let count = 0; count < OPEN_SHARDS; count++) {
    const query = UploadEntity.query
      .open({ openShard: String((first + count) % OPEN_SHARDS) })
      .lt({ createdAt: before });
    yield* every((cursor) => query.go({ cursor, attributes: ["uploadId", "fanId"] }));
  }
}
