import { ExecutionDoesNotExist, SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { Collection } from "@dropclip/core/collection";
import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { type Source, system } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { Report } from "@dropclip/core/report";
import { Upload } from "@dropclip/core/upload";
import { Counting } from "@dropclip/core/views/counting";
import { lazily } from "../aws/lazily.ts";
import { abortBelow, isAnyBelow, removeBelow } from "../aws/objects.ts";
import { logger } from "../log.ts";
import { tell } from "../tell.ts";
import { Edge } from "./edge.ts";
import { announcePages } from "./pages-due.ts";
import { settleVisibility } from "./settle-visibility.ts";

const states = lazily(() => new SFNClient({}));

/**
 * Removes the files of a deleted upload; for any other upload hides, shows or removes the media as its record says.
 */
export async function settleUpload(
  { uploadId, mediaId }: { uploadId: string; mediaId?: string | undefined },
  source: Source = system,
): Promise<void> {
  const { upload } = await Upload.readForChange(uploadId);
  if (upload.status === "deleted") {
    // Before it leaves its collections: a second run must find them too.
    await announcePages(upload);
    // A deleted event is invalidated as a whole.
    const withEvent = await Event.isBeingRemoved(upload.eventId);
    await removeUpload(uploadId, source, withEvent ? undefined : `${Keys.directory(upload)}/*`);
  } else if (mediaId) {
    await settleVisibility({ ...upload, mediaId }, source);
    await announcePages(upload);
    await tell({ uploadId, mediaId });
    // Deleted while files were on their way to where the edge reads them.
    if ((await Upload.readForChange(uploadId)).upload.status === "deleted") await settleUpload({ uploadId }, source);
  }
}

/**
 * Stops executions, removes the files of a deleted upload, and invalidates `path` if the edge can have read anything
 * below it. Returns whether files were `found`, whether the upload is `closed`, and whether files may have been
 * `served`.
 */
export async function removeUpload(uploadId: string, source: Source, path: string | undefined) {
  const { upload, media } = await Upload.readForChange(uploadId);
  const directory = `${Keys.directory(upload)}/`;
  const waitingRoom = `${Keys.waitingRoom(upload)}/`;
  for (const { executionArn, publishedAt, waitingSince } of media)
    if (executionArn && !publishedAt && !waitingSince) await stop(executionArn);
  const { uploadsBucket, contentBucket, imagesBucket } = config;
  const published = media.some(({ publishedAt }) => publishedAt !== undefined);
  // Noted before the files are removed: a run that stops after that must not leave copies at the edge.
  const readable = (await isAnyBelow(contentBucket, directory)) || (await isAnyBelow(imagesBucket, directory));
  if (readable && !published) await Upload.noteReadable(uploadId);
  const counts = [
    await abortBelow(uploadsBucket, directory),
    // First what could still be moved to where the edge reads it.
    ...(await Promise.all([contentBucket, imagesBucket].map((name) => removeBelow(name, waitingRoom)))),
    ...(await Promise.all([uploadsBucket, contentBucket, imagesBucket].map((name) => removeBelow(name, directory)))),
  ];
  await Collection.dropUpload(uploadId, source);
  await Report.forgetUpload(uploadId);
  await Counting.forgetUpload(uploadId);
  const found = counts.some((count) => count > 0);
  const news = readable || upload.readable === true || (published && !upload.removedAt);
  // Before the record changes: if this fails, it is done again.
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
