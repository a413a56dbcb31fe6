export * as Preview from "./preview.ts";

import * as v from "valibot";
import { config } from "../config.ts";
import { MediaNotComplete, UploadNotFound } from "../errors.ts";
import { fn } from "../fn.ts";
import { Id } from "../ids.ts";
import { Keys } from "../keys.ts";
import type { Signable } from "../signable.ts";
import { Upload } from "../upload/upload.ts";

const Input = v.object({ uploadId: Id, mediaId: v.string(), creativeId: Id });

/**
 * The S3 calls that show a complete media of the creative's own event, then its thumbnail, straight from the bucket:
 * the edge does not serve hidden ones, nor those that wait. `UploadNotFound`, `MediaNotFound`, `MediaNotComplete`.
 */
export const calls = fn(Input, async ({ uploadId, mediaId, creativeId }): Promise<Signable.Signable> => {
  const rows = await Upload.read(uploadId);
  const { upload } = rows;
  if (upload.creativeId !== creativeId) throw UploadNotFound();
  const found = Upload.mediaOf(rows, mediaId);
  if (found.status !== "complete") throw MediaNotComplete(found.status);
  const ref = { ...upload, mediaId: found.mediaId, held: found.visibility === "waiting" };
  const [bucket, keys] =
    found.contentType === "video"
      ? [config.contentBucket, [Keys.video(ref), Keys.thumbnail(ref)]]
      : [config.imagesBucket, [Keys.image(ref), Keys.imageThumbnail(ref)]];
  return {
    identity: { roleArn: config.creativeRole, tags: { eventId: upload.eventId, creativeId } },
    calls: keys.map((key) => ({ method: "GET", bucket, key })),
  };
});
