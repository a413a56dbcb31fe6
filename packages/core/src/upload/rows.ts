import { Service } from "electrodb";
import { MediaNotFound, UploadNotFound } from "../errors.ts";
import { inTable } from "../store/database.ts";
import { every } from "../store/every.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { UploadEntity } from "../store/upload.entity.ts";

export type Rows = Awaited<ReturnType<typeof readForChange>>;

/**
 * The rows of one upload, for a change that depends on them; `UploadNotFound` when there are none. The upload is read
 * first: its media are then as new as it or newer, and a change based on an outdated upload fails on its revision. Read
 * the other way round, a change could be based on outdated media and pass.
 */
export async function readForChange(uploadId: string) {
  const upload = await UploadEntity.get({ uploadId }).go({ consistent: true });
  if (!upload.data) throw UploadNotFound();
  const media = await MediaEntity.query.media({ uploadId }).go({ consistent: true, pages: "all" });
  return { upload: upload.data, media: media.data };
}

const record = inTable("uploads", new Service({ upload: UploadEntity, media: MediaEntity }));

/** The same rows in one question, only to be looked at; undefined when there are none. */
export async function find(uploadId: string) {
  const { data } = await record.collections.record({ uploadId }).go({ consistent: true, pages: "all" });
  const upload = data.upload[0];
  return upload && { upload, media: data.media };
}

/** The same rows in one question, only to be looked at. `UploadNotFound`. */
export async function read(uploadId: string) {
  const found = await find(uploadId);
  if (!found) throw UploadNotFound();
  return found;
}

/** One of an upload's media. `MediaNotFound`. */
export function mediaOf<Media extends { mediaId: string }>({ media }: { media: Media[] }, mediaId: string): Media {
  const found = media.find((one) => one.mediaId === mediaId);
  if (!found) throw MediaNotFound();
  return found;
}

/** All uploads to an event, deleted ones too. */
export const everyToEvent = (eventId: string) =>
  every((cursor) => UploadEntity.query.byEvent({ eventId }).go({ cursor, attributes: ["uploadId", "fanId"] }));
