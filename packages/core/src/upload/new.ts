import type * as v from "valibot";
import { ContentTypeNotTaken, FileTooLarge, TooManyImages, TooManyVideos, TypeNotTaken } from "../errors.ts";
import type { Event } from "../event/event.ts";
import { EXTENSIONS, FileTypes } from "../files/file-types.ts";
import { IMAGES_PER_UPLOAD, UPLOAD_EXPIRES_MS, VIDEOS_PER_UPLOAD } from "../limits.ts";
import { openShard } from "../store/upload.entity.ts";
import type { Files } from "./schemas.ts";

type EventRow = Awaited<ReturnType<typeof Event.row>>;

/** The files with their types; refuses what the event does not take. */
export function accepted(asked: v.InferOutput<typeof Files>, event: EventRow) {
  const files = asked.map((file) => {
    const type = FileTypes.of(file);
    if (!type || FileTypes.contradicts(file.type, type.contentType)) throw TypeNotTaken(EXTENSIONS);
    if (!event.contentTypes.includes(type.contentType)) throw ContentTypeNotTaken(type.contentType, event.contentTypes);
    const limit = type.contentType === "video" ? event.videoBytes : event.imageBytes;
    if (file.bytes > limit) throw FileTooLarge(file.bytes, limit);
    return { ...file, ...type };
  });
  const videos = files.filter((file) => file.contentType === "video").length;
  const images = files.length - videos;
  if (videos > VIDEOS_PER_UPLOAD) throw TooManyVideos(videos);
  if (images > IMAGES_PER_UPLOAD) throw TooManyImages(images, IMAGES_PER_UPLOAD);
  return files;
}

/** The rows of a new upload, its media waiting for their bytes. */
export function rowsOf(
  event: EventRow,
  fanId: string,
  files: ReturnType<typeof accepted>,
  uploadId: string,
  nowMs: number,
) {
  const now = new Date(nowMs).toISOString();
  let image = 0;
  const upload = {
    uploadId,
    eventId: event.eventId,
    fanId,
    creativeId: event.creativeId,
    contentType: files.some((file) => file.contentType === "video") ? ("video" as const) : ("image" as const),
    status: "pending" as const,
    revision: 0,
    openShard: openShard(uploadId),
    createdAt: now,
    expiresAt: new Date(nowMs + UPLOAD_EXPIRES_MS).toISOString(),
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
  return { upload, media };
}

/** Bytes of all its files together. */
export const bytesOf = (media: { bytes: number }[]) => media.reduce((sum, { bytes }) => sum + bytes, 0);
