import "../aws/connect.ts";

import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Keys } from "@dropclip/core/keys";
import { Media } from "@dropclip/core/media";
import type { Converted } from "@dropclip/core/route";
import * as v from "valibot";
import { isMissing, s3 } from "../aws/objects.ts";
import { convert } from "../image/convert.ts";
import { endOf } from "./gone.ts";
import { refuse } from "./refuse.ts";

const Input = v.object({ media: Media.Work });

/** Task "Publish image": writes the picture and its thumbnail to the images bucket; refuses one that cannot be read. */
export async function handler(
  event: unknown,
): Promise<{ route: Converted; image?: { width: number; height: number } }> {
  const { media } = parse(Input, event);
  const bytes = await read(media.key);
  if (!bytes) return endOf(media);
  const result = await convert(bytes);
  if ("refused" in result) {
    await refuse(media, result.refused);
    return { route: "refused" };
  }
  const { jpeg, thumbnail, width, height } = result;
  const put = (Key: string, Body: Uint8Array, ContentType: string) =>
    s3().send(new PutObjectCommand({ Bucket: config.imagesBucket, Key, Body, ContentType }));
  await Promise.all([
    put(Keys.image(media), jpeg, "image/jpeg"),
    put(Keys.imageThumbnail(media), thumbnail, "image/webp"),
  ]);
  return { route: "publish", image: { width, height } };
}

/** The object's bytes; undefined when the object is gone. */
async function read(Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: config.uploadsBucket, Key }));
    return await Body!.transformToByteArray();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
