import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import { type Source, system } from "@dropclip/core/ids";
import type { PictureOwner } from "@dropclip/core/keys";
import { Picture } from "@dropclip/core/picture";
import { s3 } from "../aws/objects.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";

/** Removes pictures that were taken away: from S3, then from the edge, then from the record. Safe to repeat. */
export async function settlePicture(owner: PictureOwner, source: Source = system): Promise<void> {
  const keys = await Picture.due(owner);
  for (const Key of keys) await s3().send(new DeleteObjectCommand({ Bucket: config.imagesBucket, Key }));
  await Edge.forget(keys, "deleted", source);
  await Picture.settled(owner, keys);
  if (keys.length > 0) logger.info("pictures removed", { ...owner, keys });
}
