import { Account } from "@dropclip/core/account";
import { Belongings } from "@dropclip/core/belongings";
import { Collection } from "@dropclip/core/collection";
import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { type Source, system } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { LOST_EVENT_MS } from "@dropclip/core/limits";
import { Rate } from "@dropclip/core/rate";
import { Upload } from "@dropclip/core/upload";
import { removeBelow } from "../aws/objects.ts";
import { announce, requestSettlement } from "../aws/settling.ts";
import { Users } from "../aws/users.ts";
import { each, eachAlone } from "../each.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";
import { settleUpload } from "./settle.ts";
import { settlePicture } from "./settle-picture.ts";

/** Uploads settled at a time. */
const PARALLEL = 4;
/** Uploads whose files one run removes: minutes of work. The next run goes on. */
const SLICE = 200;

/**
 * Removes everything of a deleted account: the user from the user pool, so that nobody signs in as them any more; their
 * events, collections and uploads from the records; what is stored of their uploads and pictures. What was on its way
 * when the account was deleted is found by a later run; the account is closed once there is nothing more. Of an account
 * that is not deleted, removes pictures that were taken away. Safe to repeat, at any point.
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
    // All of them leave the galleries before anything that takes long is begun.
    ["uploads", () => markUploads(userId, left, ready, source)],
    ["requests", () => Belongings.forgetRequests(userId)],
    ["pictures", () => removePictures(account, left, source)],
    ["files", () => settleUploads(userId, ready.slice(0, slice), source)],
  ];
  // One's trouble does not keep the others: what can go goes.
  const failure = await eachAlone(
    listed(steps),
    ([, work]) => work(),
    1,
    ([what], error) => logger.error("something of an account could not be removed", { userId, what, error }),
  );
  if (failure) throw failure;
  if (ready.length > slice) await requestSettlement({ userId });
  if (!Account.mayClose(account, source) || Object.values(left).some((count) => count > 0)) return;
  // Last: an upload that is deleted gives what it counted back.
  await Belongings.forgetCounts(userId);
  await Account.close(account, source);
  logger.info("account removed", { userId });
}

interface Left {
  events: number;
  uploads: number;
  pictures: number;
}

/** Each is worked off by itself from here on: its own record keeps it due. */
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

/** Deletes every upload by its record; `ready` are those whose files are to be looked after now. */
async function markUploads(userId: string, left: Left, ready: string[], source: Source) {
  const mark = async ({ uploadId, removedAt }: { uploadId: string; removedAt?: string | undefined }) => {
    if (!(await Upload.remove({ uploadId }, source))) return;
    left.uploads++;
    // No file of these was found any more; they are checked again when it is time.
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
  // Those that were served, once.
  await Edge.forget(retired, "deleted", source);
  await Account.forgot(userId);
}

async function* listed<T>(items: T[]) {
  yield* items;
}
