import "../aws/connect.ts";

import { createInterface } from "node:readline";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { parse } from "@dropclip/core/fn";
import { AccessLog } from "@dropclip/core/views/access-log";
import { Counting } from "@dropclip/core/views/counting";
import * as v from "valibot";
import { open } from "../aws/objects.ts";
import { logger } from "../log.ts";

const ObjectCreated = v.object({
  detail: v.object({ bucket: v.object({ name: v.string() }), object: v.object({ key: v.string() }) }),
});

/** Event "Object Created" of an access log of the media: adds what was watched to the views. Safe to repeat. */
export async function handler(event: unknown) {
  const { bucket, object } = parse(ObjectCreated, event).detail;
  const strange = { lines: 0 };
  const counted = await Counting.count(object.key, () => views(bucket.name, object.key, strange));
  if (strange.lines > 0) logger.warn("lines of an access log could not be read", { key: object.key, ...strange });
  logger.info(counted ? "counted" : "nothing to count", { key: object.key });
}

/**
 * What the lines of a log add, one at a time: a log of any length takes as little memory. `strange` counts the lines
 * that are none.
 */
async function* views(bucket: string, key: string, strange: { lines: number }) {
  const text = createGunzip();
  // An error on the way ends the loop below, which throws it.
  pipeline(await open(bucket, key), text, () => {});
  strange.lines = 0;
  for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
    const read = AccessLog.read(line);
    if (read === undefined && line !== "") strange.lines++;
    else if (read !== undefined && read !== "nothing") yield read;
  }
}
