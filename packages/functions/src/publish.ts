import { CopyObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { Media } from "@dropclip/core/media";
import * as v from "valibot";
import { logger } from "./log.ts";
import { s3 } from "./objects.ts";

const Size = { width: v.number(), height: v.number() };
const Input = v.object({
  media: Media.Work,
  video: v.nullable(v.object({ ...Size, durationMs: v.number() })),
  image: v.nullable(v.object(Size)),
});

/** Task "Publish": the media is complete, its upload follows, the event's gallery has it. */
export async function handler(event: unknown) {
  const { media, video, image } = parse(Input, event);
  if (video) await writeThumbnail(media);
  const facts = video ?? image;
  if (!facts) throw new Error(`Neither video nor image was made of ${media.key}.`);
  const outcome = await Media.publish(media, facts);
  logger.info("published", { key: media.key, outcome });
  return { outcome };
}

/** Concerts begin in the dark: the frame a third into the clip says more than the first. */
const THUMBNAIL_AT = 1 / 3;

async function writeThumbnail(media: MediaRef) {
  const Bucket = config.contentBucket;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Keys.frames(media) }));
  const frames = Contents.map(({ Key }) => Key!).sort();
  const frame = frames[Math.floor(frames.length * THUMBNAIL_AT)];
  if (!frame) throw new Error(`MediaConvert wrote no frame of ${media.uploadId}/${media.mediaId}.`);
  await s3.send(
    new CopyObjectCommand({
      Bucket,
      Key: Keys.thumbnail(media),
      CopySource: `${Bucket}/${frame}`,
      MetadataDirective: "REPLACE",
      ContentType: "image/jpeg",
    }),
  );
}
