export * as Gallery from "./gallery.ts";

import { createConversions, type EntityItem } from "electrodb";
import * as v from "valibot";
import { MediaNotFound } from "../errors.ts";
import { Event } from "../event/event.ts";
import { fn } from "../fn.ts";
import { Id } from "../ids.ts";
import type { MediaRef } from "../keys.ts";
import { Cursor } from "../store/cursor.ts";
import { inFull } from "../store/database.ts";
import { LinkEntity } from "../store/link.entity.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { pageOf } from "../store/page.ts";
import { UploadEntity } from "../store/upload.entity.ts";
import { Urls } from "../urls.ts";
import { Storyboard } from "../video/storyboard.ts";
import { Info } from "./schemas.ts";

export { Info } from "./schemas.ts";

const ContentType = Info.entries.contentType;

/** Which media are wanted. */
export const Filter = v.object({
  contentType: v.optional(ContentType),
  /** The name it had before. */
  type: v.pipe(v.optional(ContentType), v.description("As contentType."), v.metadata({ deprecated: true })),
});

const ListInput = v.object({ ...Cursor.Page.entries, ...Filter.entries, eventId: Id });

/** A page of an event's published media, newest first; of one type where one is asked for. `EventNotFound`. */
export const list = fn(ListInput, async ({ eventId, type: asBefore, contentType: type = asBefore, cursor, limit }) => {
  const query = type ? LinkEntity.query.byType({ eventId, contentType: type }) : LinkEntity.query.link({ eventId });
  const { byType, link } = createConversions(LinkEntity).byAccessPattern;
  const page = pageOf({
    cursor,
    limit,
    purpose: `gallery/${eventId}/${type ?? ""}`,
    read: (from) => query.go({ ...from, order: "desc" }),
    place: type ? byType.fromComposite.toCursor : link.fromComposite.toCursor,
    show: (rows) => rows.map(serialize),
  });
  // Both are awaited even if one fails: otherwise a read would go on after the answer, with no caller.
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
  return keys.map(({ uploadId, mediaId }) =>
    asPublished(uploadOf.get(uploadId), mediaOf.get(`${uploadId}/${mediaId}`)),
  );
}

/** One media as it is now. `MediaNotFound`, unless it is published. */
export async function find({ uploadId, mediaId }: { uploadId: string; mediaId: string }): Promise<Info> {
  const [upload, media] = await Promise.all([
    UploadEntity.get({ uploadId }).go({ consistent: true }),
    MediaEntity.get({ uploadId, mediaId }).go({ consistent: true }),
  ]);
  const found = asPublished(upload.data, media.data);
  if (!found) throw MediaNotFound();
  return found;
}

type UploadRow = EntityItem<typeof UploadEntity>;
type MediaRow = EntityItem<typeof MediaEntity>;

/** From its rows to what the public sees: nothing, unless it is published. */
function asPublished(upload?: UploadRow | null, one?: MediaRow | null): Info | undefined {
  if (!one || !upload || one.status !== "complete" || (one.visibility ?? "public") !== "public" || !one.publishedAt)
    return undefined;
  const { uploadId, mediaId, contentType, width = 0, height = 0, durationMs, publishedAt } = one;
  const { eventId, fanId } = upload;
  const facts = { contentType, width, height, durationMs, publishedAt, storyboard: one.storyboard };
  return serialize({ eventId, uploadId, mediaId, fanId, ...facts });
}

/** A row as far as the public sees it. */
interface Row extends Omit<Info, "urls" | "durationMs" | "storyboard"> {
  durationMs?: number | undefined;
  storyboard?: Storyboard.Facts | undefined;
}

function serialize(row: Row): Info {
  const { eventId, uploadId, mediaId, fanId, contentType, width, height, durationMs, publishedAt } = row;
  const storyboard = Storyboard.of(row, row.storyboard);
  return {
    eventId,
    uploadId,
    mediaId,
    fanId,
    contentType,
    width,
    height,
    ...(durationMs ? { durationMs } : {}),
    publishedAt,
    urls: Urls.of({ eventId, fanId, uploadId, mediaId }),
    ...(storyboard ? { storyboard } : {}),
  };
}
