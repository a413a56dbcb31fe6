export * as Frames from "./frames.ts";

import { CopyObjectCommand } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { HEAD_BYTES } from "@dropclip/core/limits";
import { Storyboard } from "@dropclip/core/storyboard";
import { keysBelow, readRange, s3 } from "../aws/objects.ts";
import { jpegSize } from "./jpeg-size.ts";

/** Keys of the frames MediaConvert wrote of a video, the first one first. Throws when there are none. */
export async function list(media: MediaRef): Promise<[string, ...string[]]> {
  const frames: string[] = [];
  for await (const key of keysBelow(config.contentBucket, Keys.frames(media))) frames.push(key);
  const [first, ...more] = frames.sort();
  if (!first) throw new Error(`MediaConvert wrote no frame of ${media.uploadId}/${media.mediaId}.`);
  return [first, ...more];
}

/** What there is to scrub by: counted, since MediaConvert may have made fewer than it was asked for. */
export async function storyboard(
  media: MediaRef,
  frames: [string, ...string[]],
  frameSeconds: number | undefined,
): Promise<Storyboard.Facts | undefined> {
  const count = Storyboard.countFrames(media, frames);
  // Planned before a plan told how far apart they are; or named in a way that the URL would not tell.
  if (frameSeconds === undefined || count === 0) return undefined;
  const size = jpegSize(await readRange(config.contentBucket, frames[0], 0, HEAD_BYTES));
  return { count, intervalMs: frameSeconds * 1000, ...size };
}

/** Concerts begin in the dark: the frame a third into the clip says more than the first. */
const THUMBNAIL_AT = 1 / 3;

/** Makes one of the frames the video's thumbnail. */
export async function writeThumbnail(media: MediaRef, frames: [string, ...string[]]): Promise<void> {
  const Bucket = config.contentBucket;
  await s3().send(
    new CopyObjectCommand({
      Bucket,
      Key: Keys.thumbnail(media),
      CopySource: `${Bucket}/${frames[Math.floor(frames.length * THUMBNAIL_AT)]}`,
      MetadataDirective: "REPLACE",
      // A frame's tags are not the thumbnail's.
      TaggingDirective: "REPLACE",
      ContentType: "image/jpeg",
    }),
  );
}
