import "../aws/connect.ts";

import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Adoption } from "@dropclip/core/adoption";
import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Keys } from "@dropclip/core/keys";
import { PICTURES_PER_DAY } from "@dropclip/core/limits";
import { type Reason, TooManyPictures } from "@dropclip/core/reasons";
import * as v from "valibot";
import { Metadata as Names } from "../aws/metadata.ts";
import { s3 } from "../aws/objects.ts";
import { announce } from "../aws/settling.ts";
import { sharp } from "../image/codecs.ts";
import { strip } from "../image/strip.ts";
import { thumbnailOf } from "../image/thumbnail.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";

const Event = v.object({
  detail: v.object({
    object: v.object({ key: v.string(), size: v.number(), etag: v.string(), sequencer: v.string() }),
  }),
});

/** Event "Object Created" in the images bucket: a flyer or profile picture arrived. */
export async function handler(event: unknown) {
  const { key, size, etag, sequencer } = parse(Event, event).detail.object;
  const owner = Keys.parsePicture(key)?.owner;
  // A small copy arrives here too, and nothing is to be done about it.
  if (!owner) return;
  const thumbnail = Keys.pictureThumbnail(key);
  const standing = await Adoption.standingOf(key);
  // A form that is sent again and again costs only one read of the record.
  const found = standing === "superseded" ? undefined : await read(key, etag);
  let refused: Reason | undefined;
  if (found && !found.stripped) {
    // The picture that was served at this key has been overwritten. Invalidate first: once changed, the record no
    // longer says that it was served.
    if (standing === "served") {
      await removeObject(thumbnail, undefined);
      await Edge.forget([key, thumbnail], "replaced");
    }
    await Adoption.replaced(key, sequencer);
    const result = (await Adoption.countLook(key))
      ? await strip(found.bytes, Keys.parsePicture(key)?.extension ?? "")
      : { refused: TooManyPictures(PICTURES_PER_DAY) };
    // Place and device are removed. The rewritten object arrives here as an event of its own, and is not hidden.
    if ("bytes" in result) return replace(key, etag, found, result.bytes);
    refused = result.refused;
  }
  if (found?.stripped) await writeThumbnail(key, found);
  const { outcome, remove, forget } = await Adoption.adopt(
    key,
    { sequencer, bytes: found?.sent ?? size, refused, thumbnail: found?.stripped === true },
    async () => found?.bytes,
  );
  for (const one of remove) await removeObject(one, one === key ? etag : undefined);
  await Edge.forget(forget, "replaced");
  await Adoption.removed(key, remove);
  if (owner.kind === "flyer" && outcome !== "superseded") await announce("Page Due", { eventId: owner.id });
  logger.info("picture", { key, outcome, removed: remove.length });
}

/** Exactly this object; undefined when it is gone, or was replaced: the new object has an event of its own. */
const read = (key: string, etag: string) => readIf(key, { IfMatch: `"${etag}"` });

/** The object, where it fits the condition; undefined where it does not, or is gone. */
async function readIf(Key: string, condition: { IfMatch: string } | { IfNoneMatch: string }) {
  try {
    const { Body, ContentType, ETag, Metadata } = await s3().send(
      new GetObjectCommand({ Bucket: config.imagesBucket, Key, ...condition }),
    );
    const bytes = await Body!.transformToByteArray();
    const sent = Number(Metadata?.[Names.sentBytes] ?? bytes.length);
    return { bytes, tag: ETag!, type: ContentType!, sent, stripped: Metadata?.[Names.sentBytes] !== undefined };
  } catch (error) {
    if (error instanceof NoSuchKey || isOutdated(error)) return undefined;
    throw error;
  }
}

/**
 * Writes the small copy of a picture without place and device. It looks again afterwards: of two pictures that were
 * sent to one key, the small copy is that of the last one.
 */
async function writeThumbnail(key: string, found: { bytes: Uint8Array; tag: string }) {
  const target = { Bucket: config.imagesBucket, Key: Keys.pictureThumbnail(key), ContentType: "image/webp" };
  for (let { bytes, tag } = found; ; ) {
    await s3().send(new PutObjectCommand({ ...target, Body: await thumbnailOf(sharp(bytes)) }));
    const newer = await readIf(key, { IfNoneMatch: tag });
    // One that is not stripped yet has an event of its own.
    if (!newer?.stripped) return;
    ({ bytes, tag } = newer);
  }
}

/** Exactly the object with `etag`, if given: an object that replaced it has an event of its own. */
async function removeObject(Key: string, etag: string | undefined) {
  try {
    const condition = etag === undefined ? {} : { IfMatch: `"${etag}"` };
    await s3().send(new DeleteObjectCommand({ Bucket: config.imagesBucket, Key, ...condition }));
  } catch (error) {
    if (!isOutdated(error)) throw error;
  }
}

async function replace(Key: string, etag: string, { type, sent }: { type: string; sent: number }, Body: Uint8Array) {
  try {
    const target = { Bucket: config.imagesBucket, Key, IfMatch: `"${etag}"` };
    await s3().send(
      new PutObjectCommand({ ...target, Body, ContentType: type, Metadata: { [Names.sentBytes]: String(sent) } }),
    );
    logger.info("picture", { key: Key, outcome: "stripped" });
  } catch (error) {
    if (!isOutdated(error)) throw error;
  }
}

const isOutdated = (error: unknown) =>
  error instanceof S3ServiceException && [304, 404, 412].includes(error.$metadata.httpStatusCode ?? 0);
