import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { type Source, system } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { Quota } from "@dropclip/core/quota";
import { Upload } from "@dropclip/core/upload";
import { Counting } from "@dropclip/core/views/counting";
import { removeBelow } from "../aws/objects.ts";
import { announce } from "../aws/settling.ts";
import { eachAlone } from "../each.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";
import { settlePicture } from "./settle-picture.ts";
import { removeUpload } from "./settle-upload.ts";

/** Uploads of a deleted event that are settled at the same time. */
const PARALLEL = 4;

/**
 * Deletes every upload to a deleted event, and its flyers; closes the event once nothing more can arrive. For an event
 * that is not deleted, removes flyers that were taken away.
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
  // One path for the whole event, however many files it has: once, and again if files were found since.
  if (served && (found || !event.forgottenAt)) {
    await Edge.forget([`events/${eventId}/*`], "deleted", source);
    await Event.noteForgotten(eventId, source);
  }
  if (failure) throw failure;
  if (left > 0 || found || !Event.mayClose(event, source)) return;
  await Quota.removeOfEvent(eventId);
  await Counting.forgetEvent(eventId);
  await Event.close(event, source);
  logger.info("event removed", { eventId });
}
