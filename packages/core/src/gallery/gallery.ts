export * as Gallery from "./gallery.ts";

import { createConversions } from "electrodb";
import * as v from "valibot";
import { Event } from "../event/event.ts";
import { fn } from "../fn.ts";
import { Id } from "../ids.ts";
import type { MediaRef } from "../keys.ts";
import { named, Time } from "../schemas.ts";
import { Cursor } from "../store/cursor.ts";
import { inFull } from "../store/database.ts";
import { LinkEntity } from "../store/link.entity.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { pageOf } from "../store/page.ts";
import { UploadEntity } from "../store/upload.entity.ts";
import { Urls as UrlsSchema } from "../upload/schemas.ts";
import { Urls } from "../urls.ts";

/** One published media as the public sees it. */
export const Info = named("Media", {
  eventId: Id,
  uploadId: Id,
  mediaId: v.string(),
  fanId: Id,
  contentType: v.picklist(["video", "image"]),
  width: v.number(),
  height: v.number(),
  durationMs: v.optional(v.number()),
  publishedAt: Time,
  urls: UrlsSchema,
});
export type Info = v.InferOutput<typeof Info>;

const ListInput = v.object({
  ...Cursor.Page.entries,
  eventId: Id,
  type: v.optional(v.picklist(["video", "image"])),
});

/** A page of an event's published media, newest first; of one type where one is asked for. `EventNotFound`. */
export const list = fn(ListInput, async ({ eventId, type, cursor, limit }) => {
  const query = type ? LinkEntity.query.byType({ eventId, contentType: type }) : LinkEntity.query.link({ eventId });
  const { byType, link } = createConversions(LinkEntity).byAccessPattern;
  const page = pageOf({
    ...{ cursor, limit, purpose: `gallery/${eventId}/${type ?? ""}` },
    read: (from) => query.go({ ...from, order: "desc" }),
    place: type ? byType.fromComposite.toCursor : link.fromComposite.toCursor,
    show: (rows) => rows.map(serialize),
  });
  // Both are awaited whatever becomes of the other: what is under way beside a refusal would be nobody's.
  const [event, found] = await Promise.allSettled([Event.row(eventId), page]);
  if (found.status === "rejected") throw found.reason;
  if (event.status === "rejected") throw event.reason;
  const { entries: media, ...next } = found.value;
  return { media, ...next };
});

/** The media that was published first of those in the event's gallery at this moment; undefined while it is empty. */
export async function first(eventId: string): Promise<Info | undefined> {
  const row = await firstRow(eventId);
  return row && serialize(row);
}

/** Whether it is this one. */
export async function isFirst({ eventId, uploadId, mediaId }: MediaRef): Promise<boolean> {
  const row = await firstRow(eventId);
  return row?.uploadId === uploadId && row.mediaId === mediaId;
}

async function firstRow(eventId: string) {
  const { data } = await LinkEntity.query.link({ eventId }).go({ consistent: true, order: "asc", limit: 1 });
  return data[0];
}

/** The media as they are now, in their order; nothing in the place of one that is not published. */
export async function pick(
  wanted: { uploadId: string; mediaId: string }[],
  { consistent = false } = {},
): Promise<(Info | undefined)[]> {
  if (wanted.length === 0) return [];
  const uploadIds = [...new Set(wanted.map(({ uploadId }) => uploadId))];
  const keys = wanted.map(({ uploadId, mediaId }) => ({ uploadId, mediaId }));
  const [media, uploads] = await Promise.all([
    inFull(keys, (some) => MediaEntity.get(some).go({ concurrent: 2, consistent })),
    inFull(
      uploadIds.map((uploadId) => ({ uploadId })),
      (some) => UploadEntity.get(some).go({ concurrent: 2, consistent }),
    ),
  ]);
  const uploadOf = new Map(uploads.map((upload) => [upload.uploadId, upload]));
  const mediaOf = new Map(media.map((one) => [`${one.uploadId}/${one.mediaId}`, one]));
  return keys.map((key) => {
    const [one, upload] = [mediaOf.get(`${key.uploadId}/${key.mediaId}`), uploadOf.get(key.uploadId)];
    if (!one || !upload || one.status !== "complete" || (one.visibility ?? "public") !== "public" || !one.publishedAt)
      return undefined;
    const { uploadId, mediaId, contentType, width = 0, height = 0, durationMs, publishedAt } = one;
    const { eventId, fanId } = upload;
    return serialize({ eventId, uploadId, mediaId, fanId, contentType, width, height, durationMs, publishedAt });
  });
}

function serialize(row: Omit<Info, "urls" | "durationMs"> & { durationMs?: number | undefined }): Info {
  const { eventId, uploadId, mediaId, fanId, contentType, width, height, durationMs, publishedAt } = row;
  return {
    ...{ eventId, uploadId, mediaId, fanId, contentType, width, height },
    ...(durationMs ? { durationMs } : {}),
    ...{ publishedAt, urls: Urls.of({ eventId, fanId, uploadId, mediaId }) },
  };
}
