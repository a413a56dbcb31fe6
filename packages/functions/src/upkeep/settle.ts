import "../aws/connect.ts";

import { ExecutionDoesNotExist, SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { Collection } from "@dropclip/core/collection";
import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { parse } from "@dropclip/core/fn";
import { Id, type Source, system } from "@dropclip/core/ids";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { Quota } from "@dropclip/core/quota";
import { Upload } from "@dropclip/core/upload";
import { Visibility } from "@dropclip/core/visibility";
import * as v from "valibot";
import { lazily } from "../aws/lazily.ts";
import { abortBelow, isAnyBelow, removeBelow, setHidden } from "../aws/objects.ts";
import { announce } from "../aws/settling.ts";
import { eachAlone } from "../each.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";
import { announcePages } from "./pages-due.ts";
import { settlePicture } from "./settle-picture.ts";

const states = lazily(() => new SFNClient({}));

const SettlementDue = v.object({
  detail: v.union([
    v.object({ uploadId: Id, mediaId: v.optional(v.string()) }),
    v.object({ eventId: Id }),
    v.object({ userId: Id }),
  ]),
});

/** Event "Settlement Due": brings S3 and the edge in line with a record. Safe to repeat, at any point. */
export async function handler(event: unknown) {
  const { detail } = parse(SettlementDue, event);
  if ("uploadId" in detail) await settleUpload(detail);
  else if ("eventId" in detail) await settleEvent(detail.eventId);
  else {
    // Loaded when it is needed, which is seldom: who hides something need not wait for it.
    const { settleAccount } = await import("./settle-account.ts");
    await settleAccount(detail.userId);
  }
}

/** Removes what is stored of a deleted upload; else hides or shows the media as its record says. */
export async function settleUpload(
  { uploadId, mediaId }: { uploadId: string; mediaId?: string | undefined },
  source: Source = system,
): Promise<void> {
  const { upload } = await Upload.readForChange(uploadId);
  if (upload.status === "deleted") {
    // Before it leaves its collections: they are to be known once more, should this be done again.
    await announcePages(upload);
    // When the event is deleted, the edge forgets all of it at once.
    const withEvent = await Event.isBeingRemoved(upload.eventId);
    await removeUpload(uploadId, source, withEvent ? undefined : `${Keys.directory(upload)}/*`);
  } else if (mediaId) {
    await settleVisibility({ ...upload, mediaId }, source);
    await announcePages(upload);
  }
}

/**
 * Marks or unmarks the media's objects until the record has not changed meanwhile: whoever hides and shows in quick
 * succession, what they said last holds. It does so whatever the record says: a run that failed half way may have acted
 * on what it said before.
 */
async function settleVisibility(ref: MediaRef, source: Source) {
  const bucket = ref.mediaId === "video" ? config.contentBucket : config.imagesBucket;
  const keys = Keys.published(ref);
  // A video's many files are forgotten by one path.
  const forgotten = ref.mediaId === "video" ? [`${Keys.directory(ref)}/*`] : keys;
  for (;;) {
    const visibility = await Visibility.get(ref);
    if (!visibility) return;
    const hidden = visibility === "hiding" || visibility === "hidden";
    await setHidden(bucket, keys, hidden);
    // What is shown again needs none: the edge keeps a refusal for ten seconds (AWS: error caching minimum TTL).
    if (hidden) await Edge.forget(forgotten, "hidden", source);
    const ended = visibility === "public" || visibility === "hidden";
    if (ended || (await Visibility.settled(ref, visibility, source)) === "done") {
      logger.info("settled", { uploadId: ref.uploadId, mediaId: ref.mediaId, visibility });
      return;
    }
  }
}

/**
 * Ends what is under way, removes what is stored of a deleted upload and has the edge forget `path`, where it can have
 * read anything below it; whether there was anything, whether the edge can have read any, and whether it is done with.
 */
async function removeUpload(uploadId: string, source: Source, path: string | undefined) {
  const { upload, media } = await Upload.readForChange(uploadId);
  const directory = `${Keys.directory(upload)}/`;
  for (const { executionArn, publishedAt } of media) if (executionArn && !publishedAt) await stop(executionArn);
  const { uploadsBucket, contentBucket, imagesBucket } = config;
  const published = media.some(({ publishedAt }) => publishedAt !== undefined);
  // Noted before it is gone: a run that is cut off after that must not leave it at the edge.
  const readable = (await isAnyBelow(contentBucket, directory)) || (await isAnyBelow(imagesBucket, directory));
  if (readable && !published) await Upload.noteReadable(uploadId);
  const counts = [
    await abortBelow(uploadsBucket, directory),
    ...(await Promise.all([uploadsBucket, contentBucket, imagesBucket].map((name) => removeBelow(name, directory)))),
  ];
  await Collection.dropUpload(uploadId, source);
  const found = counts.some((count) => count > 0);
  const news = readable || upload.readable === true || (published && !upload.removedAt);
  // Before the record says so: should this fail, it is done again.
  if (path && news) await Edge.forget([path], "deleted", source);
  const closed = await Upload.noteRemoved(uploadId, { found, told: path !== undefined }, source);
  logger.info("removed", { uploadId, found, closed });
  return { found, closed, served: news || published };
}

async function stop(executionArn: string) {
  try {
    await states().send(new StopExecutionCommand({ executionArn, cause: "The upload was deleted." }));
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
}

/** Uploads of a deleted event settled at a time. */
const PARALLEL = 4;

/**
 * Deletes every upload to a deleted event and its flyers; closes the event once nothing more can come. Of an event that
 * is not deleted, removes flyers that were taken away.
 */
export async function settleEvent(eventId: string, source: Source = system): Promise<void> {
  await announce("Page Due", { eventId });
  const event = await Event.deleted(eventId);
  if (!event) return settlePicture({ kind: "flyer", id: eventId }, source);
  let left = 0;
  let found = (await removeBelow(config.imagesBucket, Keys.flyers(eventId))) > 0;
  let served = found || event.picture !== undefined || (event.retired ?? []).length > 0;
  const settleOne = async ({ uploadId }: { uploadId: string }) => {
    if (!(await Upload.remove({ uploadId }, source))) return;
    const removed = await removeUpload(uploadId, source, undefined);
    found ||= removed.found;
    served ||= removed.served;
    if (!removed.closed) left++;
  };
  const failure = await eachAlone(Upload.everyToEvent(eventId), settleOne, PARALLEL, ({ uploadId }, error) =>
    logger.error("an upload could not be removed", { eventId, uploadId, error }),
  );
  // One path for the whole event, however many files it had: once, and again for what was found since.
  if (served && (found || !event.forgottenAt)) {
    await Edge.forget([`events/${eventId}/*`], "deleted", source);
    await Event.noteForgotten(eventId, source);
  }
  if (failure) throw failure;
  if (left > 0 || found || !Event.mayClose(event, source)) return;
  await Quota.removeOfEvent(eventId);
  await Event.close(event, source);
  logger.info("event removed", { eventId });
}
