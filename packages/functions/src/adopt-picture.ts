import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, S3ServiceException } from "@aws-sdk/client-s3";
import { Adoption } from "@dropclip/core/adoption";
import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { HEAD_BYTES } from "@dropclip/core/limits";
import * as v from "valibot";
import { Edge } from "./edge.ts";
import { logger } from "./log.ts";
import { s3 } from "./objects.ts";

const Event = v.object({
  detail: v.object({ object: v.object({ key: v.string(), size: v.number(), etag: v.string() }) }),
});

/** Event "Object Created" in the images bucket: a flyer or profile picture arrived. */
export async function handler(event: unknown) {
  const { key, size, etag } = parse(Event, event).detail.object;
  const { outcome, remove, forget } = await Adoption.adopt(key, { etag, bytes: size }, () => readHead(key, etag));
  for (const Key of remove) await s3.send(new DeleteObjectCommand({ Bucket: config.imagesBucket, Key }));
  await Edge.forget(forget);
  await Adoption.removed(key, remove);
  logger.info("picture", { key, outcome, removed: remove.length });
}

/** The first bytes of just this object; undefined when it is gone or another has taken its place, whose event will come. */
async function readHead(Key: string, etag: string): Promise<Uint8Array | undefined> {
  try {
    const Range = `bytes=0-${HEAD_BYTES - 1}`;
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: config.imagesBucket, Key, Range, IfMatch: `"${etag}"` }),
    );
    return await Body!.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return undefined;
    // An empty object has no first bytes to ask for.
    if (error instanceof S3ServiceException && error.name === "InvalidRange") return new Uint8Array();
    throw error;
  }
}
