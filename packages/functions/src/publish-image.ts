import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Keys } from "@dropclip/core/keys";
import { Media } from "@dropclip/core/media";
import * as v from "valibot";
import { convert } from "./image.ts";
import { logger } from "./log.ts";
import { s3 } from "./objects.ts";

const Input = v.object({ media: Media.Work });

/** Task "Publish image": writes the picture and its thumbnail to the images bucket; refuses one that cannot be read. */
export async function handler(event: unknown) {
  const { media } = parse(Input, event);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: config.uploadsBucket, Key: media.key }));
  const result = await convert(await Body!.transformToByteArray());
  if ("refused" in result) {
    await Media.reject(media, result.refused);
    logger.info("refused", { key: media.key, code: result.refused.code });
    return { route: "refused" };
  }
  const { jpeg, thumbnail, width, height } = result;
  const put = (Key: string, Body: Uint8Array, ContentType: string) =>
    s3.send(new PutObjectCommand({ Bucket: config.imagesBucket, Key, Body, ContentType }));
  await Promise.all([
    put(Keys.image(media), jpeg, "image/jpeg"),
    put(Keys.imageThumbnail(media), thumbnail, "image/webp"),
  ]);
  return { route: "publish", image: { width, height } };
}
