export * as Profile from "./profile.ts";

import * as v from "valibot";
import { AccountDeleted, ProfileNotFound } from "../errors.ts";
import { fn } from "../fn.ts";
import { Id } from "../ids.ts";
import { Picture } from "../picture/picture.ts";
import { isDone } from "../store/database.ts";
import { CLOSED, EventEntity } from "../store/event.entity.ts";
import { every } from "../store/every.ts";
import { ProfileEntity } from "../store/profile.entity.ts";
import { conflictFree } from "../store/transaction.ts";
import { Changes, type Info, type Own } from "./schemas.ts";

export { Changes, Info, Own } from "./schemas.ts";

/**
 * The profile of a user whom the public may see: of who wants it, and of creatives, who are known by their events.
 * `ProfileNotFound` for everybody else, whether there is such a user or not.
 */
export const find = fn(v.object({ userId: Id }), async ({ userId }): Promise<Info> => {
  const row = await read(userId, false);
  if (row?.deletedAt || !(row?.public || (await hasEvent(userId)))) throw ProfileNotFound();
  const { displayName } = row ?? {};
  const picture = Picture.served({ kind: "profile", id: userId }, row?.picture);
  return { userId, ...(displayName ? { displayName } : {}), ...(picture ? { picture } : {}) };
});

/** Nobody deletes many events and keeps none: few rows are read. */
async function hasEvent(creativeId: string): Promise<boolean> {
  const query = EventEntity.query
    .byCreative({ creativeId })
    .where(({ deletedAt }, { notExists }) => notExists(deletedAt));
  for await (const _ of every((cursor) => query.go({ cursor, limit: 10, order: "desc" }))) return true;
  return false;
}

/** What the user has said of themselves. */
export const own = async (userId: string): Promise<Own> => serialize(await read(userId));

const UpdateInput = v.object({ ...Changes.entries, userId: Id });

/** Changes what the user says of themselves; what is left out stays. `AccountDeleted`. */
export const update = fn(
  UpdateInput,
  ({ userId, displayName, public: shown }): Promise<Own> =>
    conflictFree(async () => {
      const before = await read(userId);
      if (before?.deletedAt) throw AccountDeleted();
      const set = { ...(displayName ? { displayName } : {}), ...(shown === undefined ? {} : { public: shown }) };
      if (!before) {
        const made = ProfileEntity.create({ userId, revision: 0, state: CLOSED, ...set }).go();
        return (await isDone(made)) ? serialize(set) : "again";
      }
      const patch = ProfileEntity.patch({ userId })
        .set(set)
        .remove(displayName === null ? ["displayName"] : [])
        .add({ revision: 1 })
        .where(({ revision }, { eq }) => eq(revision, before.revision));
      const kept = displayName === null ? { public: before.public } : before;
      return (await isDone(patch.go())) ? serialize({ ...kept, ...set }) : "again";
    }),
);

const read = async (userId: string, consistent = true) => (await ProfileEntity.get({ userId }).go({ consistent })).data;

function serialize(row: { displayName?: string | undefined; public?: boolean | undefined } | null): Own {
  const { displayName, public: shown = false } = row ?? {};
  return { ...(displayName ? { displayName } : {}), public: shown };
}
