export * as Account from "./account.ts";

import * as v from "valibot";
import { AccountHasEvents, GroupMissing } from "../errors.ts";
import { fn } from "../fn.ts";
import { Id, type Source, system } from "../ids.ts";
import { Keys } from "../keys.ts";
import { isQuiet } from "../late.ts";
import { DELETED_KEPT_MS } from "../limits.ts";
import { isDone } from "../store/database.ts";
import { CLOSED, OPEN } from "../store/event.entity.ts";
import { every } from "../store/every.ts";
import { ProfileEntity } from "../store/profile.entity.ts";
import { conflictFree } from "../store/transaction.ts";
import { Belongings } from "./belongings.ts";
import { Rate } from "./rate.ts";

/** The user's consent to delete their events too. */
export const Consent = v.object({
  events: v.optional(
    v.pipe(v.literal("delete"), v.description("Needed by who has events: they, and what fans sent to them, go too.")),
  ),
});

const RemoveInput = v.object({
  ...Consent.entries,
  userId: Id,
  /** Groups the user is in now. Events and collections are a creative's: of who is none any more they stay. */
  groups: v.array(v.string()),
});

/**
 * Deletes the user's account: none of their tokens opens anything from now on, and their picture is shown no more. What
 * is theirs, and the user at the identity provider, are removed later, by settling. Returns true while that is still to
 * be done; safe to repeat. `AccountHasEvents` without their consent; `GroupMissing` when a user who consents is no
 * longer a creative.
 */
export const remove = fn(RemoveInput, async ({ userId, events, groups }, source: Source = system): Promise<boolean> => {
  const creative = groups.includes("creative");
  if (!(await deleted(userId))) {
    const count = creative === (events === undefined) ? await countEvents(userId) : 0;
    if (count > 0) throw creative ? AccountHasEvents(count) : GroupMissing(["creative"]);
  }
  const due = await conflictFree(async () => {
    const row = await read(userId);
    if (row?.deletedAt) return row.state === OPEN;
    const set = { deletedAt: new Date(source.now()).toISOString(), state: OPEN, creative };
    if (!row) return (await isDone(ProfileEntity.create({ userId, revision: 0, ...set }).go())) || "again";
    const { picture, retired = [] } = row;
    const served = picture ? Keys.ofPicture({ kind: "profile", id: userId }, picture) : [];
    return (
      (await patch(row, { ...set, retired: [...retired, ...served] }, ["picture", "offer", "displayName", "public"])) ||
      "again"
    );
  });
  // After the record: if this fails, the user can repeat the call, and settling does it again.
  if (due) await Rate.end(userId, source);
  return due;
});

async function countEvents(userId: string): Promise<number> {
  let count = 0;
  for await (const _ of Belongings.events(userId)) count++;
  return count;
}

/**
 * Yields users of whom something is still to be removed, all or a picture, and since when (ISO 8601). For the sweep.
 */
export async function* open() {
  for await (const row of every((cursor) => ProfileEntity.query.open({ state: OPEN }).go({ cursor })))
    yield { userId: row.userId, since: row.deletedAt ?? row.updatedAt ?? "" };
}

/** The row of a deleted account; undefined for one that is not deleted. */
export async function deleted(userId: string) {
  const row = await read(userId);
  return row?.deletedAt ? { ...row, deletedAt: row.deletedAt } : undefined;
}

/** Takes the pictures of a deleted account off the record, once their invalidation is queued. */
export const forgot = (userId: string): Promise<void> =>
  conflictFree(async () => {
    const account = await deleted(userId);
    return !account?.retired || (await patch(account, {}, ["retired"])) ? undefined : "again";
  });

/** Whether a deleted account may be closed once nothing of it is found: not while something may still be on its way. */
export const mayClose = ({ deletedAt }: { deletedAt: string }, source: Source = system): boolean =>
  isQuiet(deletedAt, source.now());

/** Closes a deleted account of which nothing is left; its row expires after `DELETED_KEPT_MS`. */
export async function close(account: { userId: string; revision: number }, source: Source = system) {
  const expires = Math.ceil((source.now() + DELETED_KEPT_MS) / 1000);
  await patch(account, { state: CLOSED, expires }, ["retired"]);
}

const read = async (userId: string) => (await ProfileEntity.get({ userId }).go({ consistent: true })).data;

/** Changes the row if it is still as it was read; returns whether it was. */
const patch = (
  before: { userId: string; revision: number },
  set: Parameters<ReturnType<typeof ProfileEntity.patch>["set"]>[0],
  removed: ("picture" | "offer" | "retired" | "displayName" | "public")[],
) =>
  isDone(
    ProfileEntity.patch({ userId: before.userId })
      .set(set)
      .remove(removed)
      .add({ revision: 1 })
      .where(({ revision }, { eq }) => eq(revision, before.revision))
      .go(),
  );
