export * as Preview from "./preview.ts";

import { config } from "@dropclip/core/config";
import { MediaNotComplete, MediaNotFound, UploadNotFound } from "@dropclip/core/errors";
import { fn } from "@dropclip/core/fn";
import { Id, type Source, system } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { SIGNED_URL_SECONDS } from "@dropclip/core/limits";
import { Upload } from "@dropclip/core/upload";
import * as v from "valibot";
import { Signer } from "../aws/signer.ts";

export const Answer = v.object({
  urls: v.object({ content: v.string(), thumbnail: v.string() }),
  expiresAt: v.string(),
});

const Input = v.object({ uploadId: Id, mediaId: v.string(), creativeId: Id });

/**
 * URLs of a complete media of the creative's own event, straight from its bucket: the edge does not serve hidden ones.
 */
export const sign = fn(Input, async (input, source: Source = system): Promise<v.InferOutput<typeof Answer>> => {
  const { upload, media } = await Upload.look(input.uploadId);
  if (upload.creativeId !== input.creativeId) throw UploadNotFound();
  const found = media.find((one) => one.mediaId === input.mediaId);
  if (!found) throw MediaNotFound();
  if (found.status !== "complete") throw MediaNotComplete(found.status);
  const ref = { ...upload, mediaId: found.mediaId };
  const [bucket, keys] =
    found.contentType === "video"
      ? [config.contentBucket, [Keys.video(ref), Keys.thumbnail(ref)]]
      : [config.imagesBucket, [Keys.image(ref), Keys.imageThumbnail(ref)]];
  const identity = {
    roleArn: config.creativeRole,
    tags: { eventId: upload.eventId, creativeId: input.creativeId },
  };
  const now = source.now();
  const calls = keys.map((key) => ({ method: "GET" as const, bucket, key }));
  const [content, thumbnail] = await Signer.presign(identity, calls, now);
  const expiresAt = new Date(now + SIGNED_URL_SECONDS * 1000).toISOString();
  return { urls: { content: content!.url, thumbnail: thumbnail!.url }, expiresAt };
});
