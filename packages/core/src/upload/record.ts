import type { EntityItem } from "electrodb";
import { MULTIPART_FROM_BYTES, partBytes } from "../limits.ts";
import type { MediaEntity } from "../store/media.entity.ts";
import type { UploadEntity } from "../store/upload.entity.ts";
import { Urls } from "../urls.ts";
import { Storyboard } from "../video/storyboard.ts";
import type { Info, MediaInfo, Transfer } from "./schemas.ts";
import { isClosed, statusOf } from "./status.ts";

type UploadRow = Omit<EntityItem<typeof UploadEntity>, "updatedAt">;
type MediaRow = Omit<EntityItem<typeof MediaEntity>, "updatedAt">;

/** From rows to what users see: failures stay inside, URLs are there once they lead somewhere. */
export function serialize(upload: UploadRow, rows: MediaRow[]): Info {
  const media = rows.toSorted((a, b) => order(a.mediaId) - order(b.mediaId)).map((row) => serializeMedia(upload, row));
  const { uploadId, eventId, fanId, creativeId, contentType, createdAt, expiresAt } = upload;
  // The media may have been read a moment after the upload: what is shown agrees with itself.
  const status = statusOf(media.map((one) => one.status));
  const completedAt = isClosed(status) ? (upload.completedAt ?? lastStep(media)) : undefined;
  const progress = Math.floor(media.reduce((sum, one) => sum + one.progress, 0) / (media.length || 1));
  const urls = media[0]?.urls;
  return {
    uploadId,
    eventId,
    fanId,
    creativeId,
    contentType,
    status,
    ...(urls ? { urls } : {}),
    progress,
    createdAt,
    ...(completedAt ? { completedAt } : {}),
    expiresAt,
    media,
  };
}

const lastStep = (media: MediaInfo[]) =>
  media
    .flatMap(({ timeline }) => timeline.map(({ at }) => at))
    .sort()
    .at(-1);

function serializeMedia(upload: UploadRow, row: MediaRow): MediaInfo {
  const { mediaId, contentType, fileName, bytes, status, progress, timeline, visibility = "public" } = row;
  const reason = reasonOf(row);
  const hidden = visibility === "hiding" || visibility === "hidden";
  const served = status === "complete" && visibility === "public";
  const storyboard = served ? Storyboard.of({ ...upload, mediaId }, row.storyboard) : undefined;
  return {
    mediaId,
    contentType,
    fileName,
    bytes,
    status,
    progress,
    ...(reason ? { reason } : {}),
    ...(hidden ? { hidden } : {}),
    ...(status === "complete" && visibility === "waiting" ? { waiting: true } : {}),
    ...(row.width ? { width: row.width } : {}),
    ...(row.height ? { height: row.height } : {}),
    ...(row.durationMs ? { durationMs: row.durationMs } : {}),
    ...(served ? { urls: Urls.of({ ...upload, mediaId }) } : {}),
    ...(storyboard ? { storyboard } : {}),
    timeline: timeline.map(({ at, step }) => ({ at: at ?? "", step: step ?? "" })),
    ...(status === "pending" ? { transfer: transferOf(bytes) } : {}),
  };
}

function reasonOf({ reason: { code, message, said } = {} }: MediaRow) {
  if (!code || !message) return undefined;
  return { code, message, ...(said ? { said } : {}) };
}

/** How a file of this size is sent. */
export const transferOf = (bytes: number): Transfer =>
  bytes > MULTIPART_FROM_BYTES ? { method: "multipart", partBytes: partBytes(bytes) } : { method: "put" };

/** The video first, then the images in their order. */
const order = (mediaId: string) => (mediaId === "video" ? 0 : Number(mediaId.slice("image".length)));
