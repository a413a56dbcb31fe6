import type { EntityItem } from "electrodb";
import type { MediaEntity } from "../store/media.entity.ts";
import type { UploadEntity } from "../store/upload.entity.ts";

/** The media's row in its event's gallery. */
export const linkOf = (
  upload: Omit<EntityItem<typeof UploadEntity>, "updatedAt">,
  media: Omit<EntityItem<typeof MediaEntity>, "updatedAt">,
  at: string,
) => ({
  uploadId: upload.uploadId,
  mediaId: media.mediaId,
  eventId: upload.eventId,
  fanId: upload.fanId,
  contentType: media.contentType,
  publishedAt: media.publishedAt ?? at,
  width: media.width ?? 0,
  height: media.height ?? 0,
  ...(media.durationMs ? { durationMs: media.durationMs } : {}),
  ...(media.storyboard ? { storyboard: media.storyboard } : {}),
});
