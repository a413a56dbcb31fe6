import type { EntityItem } from "electrodb";
import type { MediaEntity } from "../store/media.entity.ts";
import type { UploadEntity } from "../store/upload.entity.ts";

type UploadRow = Omit<EntityItem<typeof UploadEntity>, "updatedAt">;
type MediaRow = Omit<EntityItem<typeof MediaEntity>, "updatedAt">;

const shown = (upload: UploadRow, media: MediaRow) => ({
  uploadId: upload.uploadId,
  mediaId: media.mediaId,
  eventId: upload.eventId,
  fanId: upload.fanId,
  contentType: media.contentType,
  width: media.width ?? 0,
  height: media.height ?? 0,
  ...(media.durationMs ? { durationMs: media.durationMs } : {}),
});

/** The media's row in the list of what waits for its event's creative. */
export const waitingOf = (upload: UploadRow, media: MediaRow, at: string) => ({
  ...shown(upload, media),
  fileName: media.fileName,
  waitingSince: media.waitingSince ?? at,
});

/** The media's row in its event's gallery. */
export const linkOf = (upload: UploadRow, media: MediaRow, at: string) => ({
  ...shown(upload, media),
  publishedAt: media.publishedAt ?? at,
  ...(media.storyboard ? { storyboard: media.storyboard } : {}),
});
