import { Account } from "@dropclip/core/account";
import { Belongings } from "@dropclip/core/belongings";
import { Collection } from "@dropclip/core/collection";
import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { type Source, system } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { LOST_EVENT_MS } from "@dropclip/core/limits";
import { Rate } from "@dropclip/core/rate";
import { Report } from "@dropclip/core/report";
import { Upload } from "@dropclip/core/upload";
import { removeBelow } from "../aws/objects.ts";
import { announce, requestSettlement } from "../aws/settling.ts";
import { Users } from "../aws/users.ts";
import { each, eachAlone } from "../each.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";
import { settlePicture } from "./settle-picture.ts";
import { settleUpload } from "./settle-upload.ts";

/** Uploads that are settled at the same time. */
const PARALLEL = 4;
/** Uploads whose files one run removes at most: minutes of work. The next run goes on. */
const SLICE = 200;

/**
 * Removes everything of a deleted account: the user from the user pool, so that they can no longer sign in; their
 * events, collections and uploads from the records; the files of their uploads and pictures. Files that arrive later
 * are found by a later run; the account is closed once nothing is left. For an account that is not deleted, removes
 * pictures that were taken away. Safe to repeat, at any point.
 */
export async function settleAccount(userId: string, source: Source = system, slice = SLICE): Promise<void> {
  const account = await Account.deleted(userId);
  if (!account) return settlePicture({ kind: "profile", id: userId }, source);
  const left = { events: 0, uploads: 0, pictures: 0 };
  const ready: string[] = [];
  const steps: [what: string, work: () => Promise<unknown>][] = [
    ["tokens", () => Rate.end(userId, source)],
    ["user", () => Users.remove(userId)],
    ["events", async () => account.creative && (await removeEvents(userId, left, source))],
    [
      "collections",
      async () =>
        account.creative &&
        (await each(Collection.everyOf(userId), (id) => removeCollection(id, userId, source), PARALLEL)),
    ],
    // All uploads leave the galleries before the slow steps begin.
    ["uploads", () => markUploads(userId, left, ready, source)],
    ["requests", () => Belongings.forgetRequests(userId)],
    ["reports", () => Report.forgetUser(userId)],
    ["pictures", () => removePictures(account, left, source)],
    ["files", () => settleUploads(userId, ready.slice(0, slice), source)],
  ];
  // An error in one step does not stop the others.
  const failure = await eachAlone(
    listed(steps),
    ([, work]) => work(),
    1,
    ([what], error) => logger.error("something of an account could not be removed", { userId, what, error }),
  );
  if (failure) throw failure;
  if (ready.length > slice) await requestSettlement({ userId });
  if (!Account.mayClose(account, source) || Object.values(left).some((count) => count > 0)) return;
  // Last, because deleting an upload changes these counts.
  await Belongings.forgetCounts(userId);
  await Account.close(account, source);
  logger.info("account removed", { userId });
}

interface Left {
  events: number;
  uploads: number;
  pictures: number;
}

/** From here on each event settles by itself: its own record keeps it due. */
async function removeEvents(creativeId: string, left: Left, source: Source) {
  for await (const eventId of Belongings.events(creativeId)) {
    left.events++;
    if (await Event.remove({ eventId, creativeId }, source)) await requestSettlement({ eventId });
  }
}

async function removeCollection(collectionId: string, creativeId: string, source: Source) {
  await Collection.remove({ collectionId, creativeId }, source);
  await announce("Page Due", { collectionId });
}

/** Marks every upload as deleted; adds to `ready` the ids of those whose files can be removed now. */
async function markUploads(userId: string, left: Left, ready: string[], source: Source) {
  const mark = async ({ uploadId, removedAt }: { uploadId: string; removedAt?: string | undefined }) => {
    if (!(await Upload.remove({ uploadId }, source))) return;
    left.uploads++;
    // Nothing was found for these any more; a later run looks once again.
    const resting = removedAt !== undefined && source.now() - Date.parse(removedAt) < LOST_EVENT_MS;
    if (!resting) ready.push(uploadId);
  };
  const failure = await eachAlone(Belongings.uploads(userId), mark, PARALLEL, ({ uploadId }, error) =>
    logger.error("an upload could not be deleted", { userId, uploadId, error }),
  );
  if (failure) throw failure;
}

async function settleUploads(userId: string, uploadIds: string[], source: Source) {
  const failure = await eachAlone(
    listed(uploadIds),
    (uploadId) => settleUpload({ uploadId }, source),
    PARALLEL,
    (uploadId, error) => logger.error("an upload could not be removed", { userId, uploadId, error }),
  );
  if (failure) throw failure;
}

async function removePictures(account: { userId: string; retired?: string[] | undefined }, left: Left, source: Source) {
  left.pictures = await removeBelow(config.imagesBucket, Keys.profilePictures(account.userId));
  const { userId, retired = [] } = account;
  // Only pictures that were served are at the edge.
  await Edge.forget(retired, "deleted", source);
  await Account.forgot(userId);
}

async function* listed<T>(items: T[]) {
  yield* items;
}
