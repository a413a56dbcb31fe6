import "../aws/connect.ts";

import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { Card } from "@dropclip/core/card";
import { BEGINNING, eventsOf, owners, type Place } from "@dropclip/core/card/every";
import { withCard } from "@dropclip/core/card/html";
import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Id } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import * as v from "valibot";
import { isMissing, s3 } from "../aws/objects.ts";
import { announce } from "../aws/settling.ts";
import { each } from "../each.ts";
import { logger } from "../log.ts";

const Every = v.object({
  every: v.object({ of: v.picklist(["events", "collections"]), cursor: v.nullable(v.string()) }),
});
const PageDue = v.object({
  detail: v.union([
    v.object({ eventId: Id }),
    v.object({ collectionId: Id }),
    v.object({ creativeId: Id }),
    Every,
    v.object({ object: v.object({ key: v.literal(Keys.INDEX_PAGE) }) }),
  ]),
});

/** Events "Page Due", and "Object Created" of `index.html`: all pages are made of it, and follow it. */
export async function handler(event: unknown, context: { getRemainingTimeInMillis(): number }) {
  const { detail } = parse(PageDue, event);
  if ("object" in detail) await writeEvery(BEGINNING, () => context.getRemainingTimeInMillis());
  else if ("every" in detail) await writeEvery(detail.every, () => context.getRemainingTimeInMillis());
  else if ("creativeId" in detail) await each(eventsOf(detail.creativeId), writeOrAsk);
  else logger.info("page", { ...detail, outcome: await writePage(detail) });
}

/**
 * Writes the owner's page as its records and `index.html` are, or removes it with its owner. It looks again afterwards:
 * of two that write at once, the last one has then seen all that there is to see. Nothing is written before the pages
 * are published.
 */
export async function writePage(owner: Card.Owner): Promise<"written" | "removed" | "unpublished"> {
  const at = { Bucket: config.pagesBucket, Key: Keys.page(owner) };
  for (let before: string | undefined; ; ) {
    const [card, index] = await Promise.all([Card.of(owner), readIndex()]);
    if (!card) {
      await s3().send(new DeleteObjectCommand(at));
      return "removed";
    }
    if (index === undefined) return "unpublished";
    const page = withCard(index, card);
    if (page === before) return "written";
    await s3().send(new PutObjectCommand({ ...at, Body: page, ContentType: TYPE, CacheControl: KEPT }));
    before = page;
  }
}

const TYPE = "text/html; charset=utf-8";
/** As of `index.html`. The edge is told of no page: it asks again after a minute, and browsers always do. */
const KEPT = "public, max-age=0, s-maxage=60, must-revalidate";

async function readIndex(): Promise<string | undefined> {
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: config.pagesBucket, Key: Keys.INDEX_PAGE }));
    return await Body!.transformToString();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** With less time left than this the next one goes on. */
const RESERVE_MS = 60_000;

/** Writes all pages from a place on; one that cannot be written is tried again by itself. */
async function writeEvery(from: Place, leftMs: () => number) {
  let pages = 0;
  for (let place: Place | undefined = from; place; ) {
    const slice = await owners(place);
    await each(slice.owners, writeOrAsk);
    pages += slice.owners.length;
    place = slice.next;
    if (place && leftMs() < RESERVE_MS) {
      await announce("Page Due", { every: place });
      break;
    }
  }
  logger.info("pages", { pages });
}

async function writeOrAsk(owner: Card.Owner) {
  try {
    await writePage(owner);
  } catch (error) {
    logger.error("a page could not be written", { ...owner, error: error as Error });
    await announce("Page Due", owner);
  }
}
