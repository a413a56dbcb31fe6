export * as Upload from "./upload.ts";

import { createConversions, createWriteTransaction, Service } from "electrodb";
import * as v from "valibot";
import { Cursor } from "./cursor.ts";
import { inTable } from "./database.ts";
import { Day } from "./day.ts";
import { EventClosed, NotYourEvent, TooManyUploads, UploadNotFound } from "./errors.ts";
import { Event } from "./event.ts";
import { fn } from "./fn.ts";
import { Id, type Source, system } from "./ids.ts";
import { inOrder } from "./in-order.ts";
import { DELETED_KEPT_MS, UPLOADS_PAGE_MAX } from "./limits.ts";
import { LinkEntity } from "./link.entity.ts";
import { linkOf } from "./link.ts";
import { MediaEntity } from "./media.entity.ts";
import { pageOf } from "./page.ts";
import { QuotaEntity } from "./quota.entity.ts";
import { RequestEntity } from "./request.entity.ts";
import { Request } from "./request.ts";
import { again, conflictFree } from "./transaction.ts";
import { CLOSED, OPEN_SHARDS, openShard, UPLOAD_STATUS, UploadEntity } from "./upload.entity.ts";
import { accepted, bytesOf, rowsOf } from "./upload.new.ts";
import { serialize } from "./upload.record.ts";
import { Files, type Info } from "./upload.schemas.ts";
import { UsageEntity } from "./usage.entity.ts";
import { Usage } from "./usage.ts";
import { User } from "./user.ts";

export { transferOf } from "./upload.record.ts";
export { Files, Info, type MediaInfo, type Transfer } from "./upload.schemas.ts";

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
 * `NotYourEvent`, `TypeNotTaken`, `KindNotTaken`, `FileTooLarge`, `TooManyVideos`, `TooManyImages`, `TooManyUploads`,
 * `DayUsedUp`.
 */
export const create = fn(CreateInput, async (input, source: Source = system): Promise<Info> => {
  const { eventId, fanId, files: asked } = input;
  const request = {
    ...{ userId: fanId, key: input.idempotencyKey },
    ...{ operation: "uploads.create", input: { eventId, files: asked } },
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
      ...(request.key === undefined
        ? []
        : [
            entities.request
              .put(Request.record({ ...request, key: request.key }, upload.uploadId, source))
              .where(({ expires }, { notExists, lt }) => `${notExists(expires)} OR ${lt(expires, source.now() / 1000)}`)
              .commit(),
          ]),
    ],
  );
  return conflictFree(async () => {
    const result = await write.go();
    if (!result.canceled) return serialize(upload, media);
    // The same create was under way twice: the other one was first.
    const first = await Request.madeBefore(request, source);
    if (first) return ownOf(first, fanId);
    const [quota, usage] = result.data.map(({ code }) => code === "ConditionalCheckFailed");
    if (quota) throw TooManyUploads(event.uploadsPerFan);
    const refusal = usage && (await Usage.refusal(taken, nowMs));
    if (refusal) throw refusal;
    return again(result);
  });
});

/**
 * The rows of one upload; `UploadNotFound` when there are none. The upload is read first: its media are then as new as
 * it or newer, and a change based on an outdated upload fails on its revision. Read the other way round, a change could
 * be based on outdated media and pass.
 */
export async function rows(uploadId: string) {
  const upload = await UploadEntity.get({ uploadId }).go({ consistent: true });
  if (!upload.data) throw UploadNotFound();
  const media = await MediaEntity.query.media({ uploadId }).go({ consistent: true, pages: "all" });
  return { upload: upload.data, media: media.data };
}

const record = inTable("uploads", new Service({ upload: UploadEntity, media: MediaEntity }));

/** The same rows in one question, for those who only look. */
export async function look(uploadId: string) {
  const found = await find(uploadId);
  if (!found) throw UploadNotFound();
  return found;
}

async function find(uploadId: string) {
  const { data } = await record.collections.record({ uploadId }).go({ consistent: true, pages: "all" });
  const upload = data.upload[0];
  return upload && { upload, media: data.media };
}

const GetInput = v.object({ uploadId: Id, ...User.Caller.entries });

/** The record of an upload, for its fan and its event's creative; `UploadNotFound` for everybody else. */
export const get = fn(GetInput, async ({ uploadId, ...caller }): Promise<Info> => {
  const { upload, media } = await look(uploadId);
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
    ...{ cursor, limit, purpose: `uploads/fan/${userId}` },
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
    ...{ cursor, limit, purpose: `uploads/event/${eventId}/${status ?? ""}` },
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
  /** Its fan or its event's creative; nobody when its event was deleted. */
  by: v.optional(User.Caller),
});

/**
 * Deletes an upload in one step: its media are gone from the record and the gallery, and from the fan's counts where
 * none of them was ever taken in: what was worked on stays counted, or deleting would be a way around every limit. What
 * is under way and what is stored is ended and removed afterwards, by whoever works off `open`. True when that is still
 * to be done; safe to repeat. `UploadNotFound`.
 */
export const remove = fn(RemoveInput, ({ uploadId, by }, source: Source = system): Promise<boolean> => {
  const nowMs = source.now();
  const at = new Date(nowMs).toISOString();
  return conflictFree(async () => {
    const { upload, media } = await rows(uploadId);
    if (by && !mayDecide(upload, by)) throw UploadNotFound();
    if (upload.status === "deleted") return upload.openShard !== CLOSED;
    const unused = media.every(({ executionArn }) => executionArn === undefined);
    const write = createWriteTransaction(
      { upload: UploadEntity, media: MediaEntity, link: LinkEntity, quota: QuotaEntity, usage: UsageEntity },
      (entities) => [
        entities.upload
          .patch({ uploadId })
          .set({
            ...{ status: "deleted", revision: upload.revision + 1, openShard: openShard(uploadId) },
            completedAt: upload.completedAt ?? at,
          })
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
 * Notes that nothing of a deleted upload was found. The first time it stays open, for what may still be on its way;
 * `LOST_EVENT_MS` later it is closed and its rows are forgotten after a while. `told`: the edge was told of it.
 */
export async function noteRemoved(
  uploadId: string,
  { close, told }: { close: boolean; told: boolean },
  source: Source = system,
): Promise<void> {
  const { upload, media } = await rows(uploadId);
  const { eventId, createdAt } = upload;
  const expires = Math.ceil((source.now() + DELETED_KEPT_MS) / 1000);
  const removedAt = upload.removedAt ?? new Date(source.now()).toISOString();
  // The media first: once the upload is closed nobody comes back for them.
  if (close) await Promise.all(media.map((one) => conflictFree(() => MediaEntity.patch(one).set({ expires }).go())));
  await conflictFree(() =>
    UploadEntity.patch({ uploadId })
      .set({ removedAt, ...(close ? { openShard: CLOSED, expires } : {}) })
      .remove(told ? ["readable"] : [])
      .composite({ eventId, createdAt, ...(close ? {} : { openShard: upload.openShard }) })
      .go(),
  );
}

/**
 * Uploads about which something is still to be done and that were made before `before` (ISO 8601), in no order but from
 * the shard `first` on. For the sweep: they are found by an index, so one may already have moved on.
 */
export async function* open(before: string, first = 0) {
  for (let count = 0; count < OPEN_SHARDS; count++) {
    const shard = (first + count) % OPEN_SHARDS;
    let cursor: string | null = null;
    do {
      const page: { data: { uploadId: string; fanId: string }[]; cursor: string | null } = await UploadEntity.query
        .open({ openShard: String(shard) })
        .lt({ createdAt: before })
        .go({ cursor, attributes: ["uploadId", "fanId"] });
      yield* page.data;
      cursor = page.cursor;
    } while (cursor);
  }
}

/** All uploads to an event, deleted ones too. */
export async function* ofEvent(eventId: string) {
  let cursor: string | null = null;
  do {
    const page: { data: { uploadId: string; fanId: string }[]; cursor: string | null } = await UploadEntity.query
      .byEvent({ eventId })
      .go({ cursor });
    yield* page.data;
    cursor = page.cursor;
  } while (cursor);
}
