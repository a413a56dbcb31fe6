export * as Upload from "./upload.ts";

import { createWriteTransaction } from "electrodb";
import * as v from "valibot";
import { cancellation, conditionFailed } from "./database.ts";
import {
  EventClosed,
  FileTooLarge,
  KindNotTaken,
  TooManyImages,
  TooManyUploads,
  TooManyVideos,
  TypeNotTaken,
  UploadNotFound,
} from "./errors.ts";
import { Event } from "./event.ts";
import { EXTENSIONS, FileTypes } from "./file-types.ts";
import { fn } from "./fn.ts";
import { Id, type Source, system } from "./ids.ts";
import {
  FILE_NAME_LENGTH,
  IMAGES_PER_UPLOAD,
  MULTIPART_FROM_BYTES,
  partBytes,
  UPLOAD_EXPIRES_MS,
  VIDEOS_PER_UPLOAD,
} from "./limits.ts";
import { MediaEntity } from "./media.entity.ts";
import { QuotaEntity } from "./quota.entity.ts";
import { isClosed, type MediaStatus, statusOf, type UploadStatus } from "./status.ts";
import { OPEN_SHARDS, UploadEntity } from "./upload.entity.ts";
import { type MediaUrls, Urls } from "./urls.ts";

/** How a file's bytes are to be sent. */
export type Transfer = { method: "put" } | { method: "multipart"; partBytes: number };

/** One file of an upload, as the API returns it. */
export interface MediaInfo {
  mediaId: string;
  contentType: "video" | "image";
  fileName: string;
  bytes: number;
  status: MediaStatus;
  /** Percent. */
  progress: number;
  reason?: { code: string; message: string };
  width?: number;
  height?: number;
  durationMs?: number;
  urls?: MediaUrls;
  timeline: { at: string; step: string }[];
  /** While the bytes are awaited. */
  transfer?: Transfer;
}

/** The record of an upload, as the API returns it; times ISO 8601 UTC. */
export interface Info {
  uploadId: string;
  eventId: string;
  fanId: string;
  creativeId: string;
  contentType: "video" | "image";
  status: UploadStatus;
  /** Of the video where there is one, else of the first image; once that is complete. */
  urls?: MediaUrls;
  /** Percent, mean over the media. */
  progress: number;
  createdAt: string;
  completedAt?: string;
  expiresAt: string;
  media: MediaInfo[];
}

const CreateInput = v.object({
  eventId: Id,
  fanId: Id,
  files: v.pipe(
    v.array(
      v.object({
        name: v.pipe(
          v.string(),
          v.minLength(1),
          v.maxLength(FILE_NAME_LENGTH),
          v.check((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), "must be text without control characters"),
        ),
        /** What the device says; the file's name and content decide. */
        type: v.optional(v.pipe(v.string(), v.maxLength(255))),
        bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
      }),
    ),
    v.minLength(1),
    v.maxLength(VIDEOS_PER_UPLOAD + IMAGES_PER_UPLOAD + 1),
  ),
});

/**
 * Makes an upload: one record, one media per file, each waiting for its bytes. Refuses what breaks the event's limits
 * before a byte is sent: `EventNotFound`, `EventClosed`, `TypeNotTaken`, `KindNotTaken`, `FileTooLarge`,
 * `TooManyVideos`, `TooManyImages`, `TooManyUploads`.
 */
export const create = fn(CreateInput, async (input, source: Source = system): Promise<Info> => {
  const event = await Event.get(input.eventId);
  const now = new Date(source.now()).toISOString();
  if (now < event.opensAt || now > event.closesAt) throw EventClosed(event.opensAt, event.closesAt);
  const files = input.files.map((file) => ({ ...file, ...acceptable(file, event) }));
  const videos = files.filter((file) => file.contentType === "video").length;
  const images = files.length - videos;
  if (videos > VIDEOS_PER_UPLOAD) throw TooManyVideos(videos);
  if (images > IMAGES_PER_UPLOAD) throw TooManyImages(images, IMAGES_PER_UPLOAD);

  const uploadId = source.id();
  let image = 0;
  const upload = {
    uploadId,
    eventId: event.eventId,
    fanId: input.fanId,
    creativeId: event.creativeId,
    contentType: videos > 0 ? ("video" as const) : ("image" as const),
    status: "pending" as const,
    revision: 0,
    openShard: String(Number.parseInt(uploadId.slice(-2), 16) % OPEN_SHARDS),
    createdAt: now,
    expiresAt: new Date(source.now() + UPLOAD_EXPIRES_MS).toISOString(),
  };
  const media = files.map((file) => ({
    uploadId,
    mediaId: file.contentType === "video" ? "video" : `image${++image}`,
    contentType: file.contentType,
    fileName: file.name,
    extension: file.extension,
    bytes: file.bytes,
    maxDurationMs: event.videoDurationMs,
    status: "pending" as const,
    progress: 0,
    timeline: [{ at: now, step: "created" }],
    createdAt: now,
  }));
  const quota = { eventId: event.eventId, fanId: input.fanId };
  const write = createWriteTransaction({ upload: UploadEntity, media: MediaEntity, quota: QuotaEntity }, (entities) => [
    entities.quota
      .patch(quota)
      .add({ uploads: 1 })
      .where(({ uploads }, { lt }) => lt(uploads, event.uploadsPerFan))
      .commit(),
    entities.upload.create(upload).commit(),
    ...media.map((one) => entities.media.create(one).commit()),
  ]);
  await ensureQuota(quota);
  await conflictFree(async () => {
    const result = await write.go();
    if (!result.canceled) return "done";
    const codes = result.data.map((item) => item.code);
    if (codes[0] === "ConditionalCheckFailed") throw TooManyUploads(event.uploadsPerFan);
    return "again";
  });
  return serialize(upload, media);
});

/** A counter is there from a fan's first upload on, so that counting is one conditional update. */
async function ensureQuota(quota: { eventId: string; fanId: string }) {
  const { data } = await QuotaEntity.get(quota).go();
  if (data) return;
  try {
    await QuotaEntity.create({ ...quota, uploads: 0 }).go();
  } catch (error) {
    if (!conditionFailed(error)) throw error;
  }
}

function acceptable(file: { name: string; bytes: number }, event: Event.Info) {
  const type = FileTypes.byName(file.name);
  if (!type) throw TypeNotTaken(EXTENSIONS);
  if (!event.contentTypes.includes(type.contentType)) throw KindNotTaken(type.contentType, event.contentTypes);
  const limit = type.contentType === "video" ? event.videoBytes : event.imageBytes;
  if (file.bytes > limit) throw FileTooLarge(file.bytes, limit);
  return type;
}

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

/** The record of a fan's upload; `UploadNotFound` when there is none or it is another fan's. */
export const get = fn(v.object({ uploadId: Id, fanId: Id }), async ({ uploadId, fanId }): Promise<Info> => {
  const { upload, media } = await rows(uploadId);
  if (upload.fanId !== fanId) throw UploadNotFound();
  return serialize(upload, media);
});

type UploadRow = Omit<Awaited<ReturnType<typeof rows>>["upload"], "updatedAt">;
type MediaRow = Omit<Awaited<ReturnType<typeof rows>>["media"][number], "updatedAt">;

/**
 * Uploads that somebody still waits for and that were made before `before` (ISO 8601), in no order. For the sweep: they
 * are found by an index, so one may already have moved on.
 */
export async function* open(before: string) {
  for (let shard = 0; shard < OPEN_SHARDS; shard++) {
    let cursor: string | null = null;
    do {
      const page: { data: { uploadId: string }[]; cursor: string | null } = await UploadEntity.query
        .open({ openShard: String(shard) })
        .lt({ createdAt: before })
        .go({ cursor });
      for (const { uploadId } of page.data) yield uploadId;
      cursor = page.cursor;
    } while (cursor);
  }
}

/** From rows to what users see: failures stay inside, URLs are there once they lead somewhere. */
function serialize(upload: UploadRow, rows: MediaRow[]): Info {
  const media = rows.toSorted((a, b) => order(a.mediaId) - order(b.mediaId)).map((row) => serializeMedia(upload, row));
  const { uploadId, eventId, fanId, creativeId, contentType, createdAt, expiresAt } = upload;
  // The media may have been read a moment after the upload: what is shown agrees with itself.
  const status = statusOf(media.map((one) => one.status));
  const completedAt = isClosed(status) ? (upload.completedAt ?? lastStep(media)) : undefined;
  const progress = Math.floor(media.reduce((sum, one) => sum + one.progress, 0) / media.length);
  const urls = media[0]?.urls;
  return {
    ...{ uploadId, eventId, fanId, creativeId, contentType, status },
    ...(urls ? { urls } : {}),
    ...{ progress, createdAt, ...(completedAt ? { completedAt } : {}), expiresAt, media },
  };
}

const lastStep = (media: MediaInfo[]) =>
  media
    .flatMap(({ timeline }) => timeline.map(({ at }) => at))
    .sort()
    .at(-1);

function serializeMedia(upload: UploadRow, row: MediaRow): MediaInfo {
  const { mediaId, contentType, fileName, bytes, status, progress, timeline } = row;
  const reason =
    row.reason?.code && row.reason.message ? { code: row.reason.code, message: row.reason.message } : undefined;
  return {
    ...{ mediaId, contentType, fileName, bytes, status, progress },
    ...(reason ? { reason } : {}),
    ...(row.width ? { width: row.width } : {}),
    ...(row.height ? { height: row.height } : {}),
    ...(row.durationMs ? { durationMs: row.durationMs } : {}),
    ...(status === "complete" ? { urls: Urls.of({ ...upload, mediaId }) } : {}),
    timeline: timeline.map(({ at, step }) => ({ at: at ?? "", step: step ?? "" })),
    ...(status === "pending" ? { transfer: transferOf(bytes) } : {}),
  };
}

/** How a file of this size is sent. */
export const transferOf = (bytes: number): Transfer =>
  bytes > MULTIPART_FROM_BYTES ? { method: "multipart", partBytes: partBytes(bytes) } : { method: "put" };

/** The video first, then the images in their order. */
const order = (mediaId: string) => (mediaId === "video" ? 0 : Number(mediaId.slice("image".length)));

/** Attempts at a write that others contend for; twenty images of one upload may finish at once. */
const ATTEMPTS = 60;
const BACKOFF_MS = 20;

/** Runs `write` until it is `done`, waiting with full jitter after each `again` or cancelled transaction. */
export async function conflictFree<T>(write: () => Promise<T | "again">): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let result: T | "again";
    try {
      result = await write();
    } catch (error) {
      const codes = cancellation(error);
      if (!codes?.some((code) => code === "TransactionConflict" || code === "ConditionalCheckFailed")) throw error;
      result = "again";
    }
    if (result !== "again") return result;
    if (attempt === ATTEMPTS) throw new Error(`The write was still contended after ${ATTEMPTS} attempts.`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(250, BACKOFF_MS * 2 ** attempt)));
  }
}
