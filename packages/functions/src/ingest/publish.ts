import "../aws/connect.ts";

import { CopyObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import type { Reason } from "@dropclip/core/errors";
import { parse } from "@dropclip/core/fn";
import { Gallery } from "@dropclip/core/gallery";
import { Job } from "@dropclip/core/job";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { Media } from "@dropclip/core/media";
import { Plan } from "@dropclip/core/plan";
import * as v from "valibot";
import { removeBelow, s3 } from "../aws/objects.ts";
import { requestPage } from "../aws/settling.ts";
import { logger } from "../log.ts";
import { mirror } from "./mirror.ts";

const Size = { width: v.number(), height: v.number() };
const Input = v.object({
  media: Media.Work,
  planned: v.nullable(v.object({ ...Size, durationMs: v.number(), mirrored: v.optional(v.boolean()) })),
  made: v.nullable(Job.OutputDetail),
  image: v.nullable(v.object(Size)),
});

/** Task "Publish": the media is complete, its upload follows, the event's gallery has it. */
export async function handler(event: unknown) {
  const { media, planned, made, image } = parse(Input, event);
  // What was made counts, where MediaConvert tells it.
  const facts = image ?? (planned && { ...planned, ...(made ? Job.facts(made) : {}) });
  if (!facts) throw new Error(`Neither video nor image was made of ${media.key}.`);
  if (planned) {
    const refused = Plan.tooLong({ ...planned, ...facts }.durationMs, media.maxDurationMs);
    if (refused) return refuse(media, refused);
    if (!Plan.isOfShape(planned, facts))
      throw new Error(
        `MediaConvert made ${facts.width} × ${facts.height} where ${planned.width} × ${planned.height} was planned.`,
      );
    try {
      if (planned.mirrored) await mirror(media);
      // Written once more, it would lose the tag of one that was hidden since.
      if (!(await Media.isComplete(media))) await writeThumbnail(media);
    } catch (error) {
      if (await Media.isDeleted(media)) return { outcome: "stale" };
      throw error;
    }
  }
  const outcome = await Media.publish(media, facts);
  // The event's page shows its first media; it need not be told of thousands of others.
  if (outcome !== "stale" && (await Gallery.isFirst(media))) await requestPage({ eventId: media.eventId });
  logger.info("published", { key: media.key, outcome });
  return { outcome };
}

/** The file was longer than it said: what was made of it is taken away again. */
async function refuse(media: Media.Work, reason: Reason) {
  await removeBelow(config.contentBucket, `${Keys.directory(media)}/`);
  await Media.reject(media, reason);
  logger.info("refused", { key: media.key, code: reason.code });
  return { outcome: "refused" };
}

/** Concerts begin in the dark: the frame a third into the clip says more than the first. */
const THUMBNAIL_AT = 1 / 3;

async function writeThumbnail(media: MediaRef) {
  const Bucket = config.contentBucket;
  const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket, Prefix: Keys.frames(media) }));
  const frames = Contents.map(({ Key }) => Key!).sort();
  const frame = frames[Math.floor(frames.length * THUMBNAIL_AT)];
  if (!frame) throw new Error(`MediaConvert wrote no frame of ${media.uploadId}/${media.mediaId}.`);
  await s3().send(
    new CopyObjectCommand({
      Bucket,
      Key: Keys.thumbnail(media),
      CopySource: `${Bucket}/${frame}`,
      MetadataDirective: "REPLACE",
      // A frame's tags are not the thumbnail's.
      TaggingDirective: "REPLACE",
      ContentType: "image/jpeg",
    }),
  );
}
