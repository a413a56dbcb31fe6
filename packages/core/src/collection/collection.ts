export * as Collection from "./collection.ts";

import { createConversions, createWriteTransaction } from "electrodb";
import { generateKeyBetween } from "fractional-indexing";
import * as v from "valibot";
import {
  CollectionFull,
  CollectionNotFound,
  EntryNotFound,
  MediaNotComplete,
  PreconditionFailed,
  PublicError,
  UploadNotFound,
} from "../errors.ts";
import { fn } from "../fn.ts";
import { Gallery } from "../gallery/gallery.ts";
import { Id, type Source, system } from "../ids.ts";
import { COLLECTION_MEDIA, DELETED_KEPT_MS } from "../limits.ts";
import { CollectionEntity } from "../store/collection.entity.ts";
import { Cursor } from "../store/cursor.ts";
import { inFull, isDone } from "../store/database.ts";
import { EntryEntity } from "../store/entry.entity.ts";
import { every } from "../store/every.ts";
import { inOrder } from "../store/in-order.ts";
import { pageOf } from "../store/page.ts";
import { RequestEntity } from "../store/request.entity.ts";
import { Request } from "../store/request.ts";
import { again, conflictFree } from "../store/transaction.ts";
import { Upload } from "../upload/upload.ts";
import { Changes, type Info, Move, New } from "./schemas.ts";

export { Changes, Info, Move, New } from "./schemas.ts";

const CreateInput = v.object({ ...New.entries, creativeId: Id, idempotencyKey: v.optional(Request.Key) });

/** Makes an empty collection; the same Idempotency-Key gives the same one again. */
export const create = fn(CreateInput, async (input, source: Source = system): Promise<Info> => {
  const { idempotencyKey: key, ...asked } = input;
  const request = { userId: input.creativeId, key, operation: "collections.create", input: asked };
  const found = async (id: string) => serialize(await owned(id, input.creativeId));
  const made = await Request.madeBefore(request, source);
  if (made) return found(made);
  const now = new Date(source.now()).toISOString();
  const collection = { ...asked, collectionId: source.id(), size: 0, revision: 0, createdAt: now, changedAt: now };
  const write = createWriteTransaction({ collection: CollectionEntity, request: RequestEntity }, (entities) => [
    entities.collection.create(collection).commit(),
    ...Request.note(entities.request, request, collection.collectionId, source),
  ]);
  return Request.commit(request, write, { made: serialize(collection), found }, source);
});

const GetInput = v.object({ ...Cursor.Page.entries, collectionId: Id });

/** A collection and a page of its media in their order; hidden and deleted ones are left out. `CollectionNotFound`. */
export const get = fn(GetInput, async ({ collectionId, cursor, limit }) => {
  const { data } = await CollectionEntity.get({ collectionId }).go();
  if (!data || data.deletedAt) throw CollectionNotFound();
  const { entries: media, ...next } = await pageOf({
    cursor,
    limit,
    purpose: `collections/${collectionId}`,
    read: (from) => EntryEntity.query.inOrder({ collectionId }).go({ ...from, order: "asc" }),
    place: createConversions(EntryEntity).byAccessPattern.inOrder.fromComposite.toCursor,
    show: (rows) => Gallery.pick(rows),
  });
  return { ...serialize(data), media, ...next };
});

/** A collection and the first media of it that the public sees, as they are at this moment; undefined when gone. */
export async function current(collectionId: string): Promise<(Info & { first?: Gallery.Info }) | undefined> {
  const { data } = await CollectionEntity.get({ collectionId }).go({ consistent: true });
  if (!data || data.deletedAt) return undefined;
  const entries = await entriesOf(collectionId);
  // Most often it is the first one.
  for (let start = 0; start < entries.length; start += FEW) {
    const media = await Gallery.pick(entries.slice(start, start + FEW), { consistent: true });
    const first = media.find((one) => one !== undefined);
    if (first) return { ...serialize(data), first };
  }
  return serialize(data);
}
const FEW = 10;

/** The media of the creative's own collection, in their order. `CollectionNotFound`. */
export const own = fn(
  v.object({ collectionId: Id, creativeId: Id }),
  async ({ collectionId, creativeId }): Promise<{ uploadId: string; mediaId: string }[]> => {
    await owned(collectionId, creativeId);
    return entriesOf(collectionId);
  },
);

/** Ids of the collections that media of the upload are in. */
export async function having(uploadId: string): Promise<Set<string>> {
  const { data } = await EntryEntity.query.byMedia({ uploadId }).go({ pages: "all" });
  return new Set(data.map(({ collectionId }) => collectionId));
}

const ListInput = v.object({ ...Cursor.Page.entries, creativeId: Id });

/** A page of the creative's own collections, newest first. */
export const list = fn(ListInput, async ({ creativeId, cursor, limit }) => {
  const { entries: collections, ...next } = await pageOf({
    cursor,
    limit,
    purpose: `collections/creative/${creativeId}`,
    read: (from) =>
      CollectionEntity.query
        .byCreative({ creativeId })
        .where(({ deletedAt }, { notExists }) => notExists(deletedAt))
        .go({ ...from, order: "desc" }),
    place: createConversions(CollectionEntity).byAccessPattern.byCreative.fromComposite.toCursor,
    show: (rows) => rows.map(serialize),
  });
  return { collections, ...next };
});

/** Yields the ids of all collections of a creative; deleted ones too, because a removal may have been interrupted. */
export async function* everyOf(creativeId: string) {
  const query = CollectionEntity.query.byCreative({ creativeId });
  for await (const { collectionId } of every((cursor) => query.go({ cursor }))) yield collectionId;
}

const UpdateInput = v.object({ ...Changes.entries, collectionId: Id, creativeId: Id });

/**
 * Changes the creative's own collection and returns it. `PreconditionFailed` when it is not as the client has read it.
 */
export const update = fn(
  UpdateInput,
  (
    { collectionId, creativeId, ...changes },
    matches: (collection: Info) => boolean = () => true,
    source: Source = system,
  ): Promise<Info> =>
    conflictFree(async () => {
      const { updatedAt: _, ...before } = await owned(collectionId, creativeId);
      if (!matches(serialize(before))) throw PreconditionFailed();
      const removed = changes.description === null ? (["description"] as const) : [];
      const set = {
        ...(changes.title === undefined ? {} : { title: changes.title }),
        ...(changes.description ? { description: changes.description } : {}),
        changedAt: iso(source),
      };
      const after = { ...before, ...set };
      for (const name of removed) delete after[name];
      return (await patch(before, set, removed)) ? serialize(after) : "again";
    }),
);

/** Changes the row if it is still as it was read; returns whether it was. */
const patch = (
  before: { collectionId: string; revision: number },
  set: Parameters<ReturnType<typeof CollectionEntity.patch>["set"]>[0],
  removed: readonly "description"[] = [],
) =>
  isDone(
    CollectionEntity.patch({ collectionId: before.collectionId })
      .set(set)
      .remove([...removed])
      .add({ revision: 1 })
      .where(({ revision }, { eq }) => eq(revision, before.revision))
      .go(),
  );

const RemoveInput = v.object({ collectionId: Id, creativeId: Id });

/** Deletes the creative's own collection, never its media; safe to repeat. `CollectionNotFound`. */
export const remove = fn(RemoveInput, async ({ collectionId, creativeId }, source: Source = system): Promise<void> => {
  await conflictFree(async () => {
    const { data } = await CollectionEntity.get({ collectionId }).go({ consistent: true });
    if (data?.creativeId !== creativeId) throw CollectionNotFound();
    if (data.deletedAt) return "done";
    const expires = Math.ceil((source.now() + DELETED_KEPT_MS) / 1000);
    return (await patch(data, { deletedAt: iso(source), expires })) ? "done" : "again";
  });
  // The entries go last, when no new one can be added; an interrupted removal is completed when it is repeated.
  const { data } = await EntryEntity.query.entry({ collectionId }).go({ consistent: true, pages: "all" });
  const keys = data.map(({ uploadId, mediaId }) => ({ collectionId, uploadId, mediaId }));
  await inFull(keys, (entries) => EntryEntity.delete(entries).go({ concurrent: 4 }));
});

const EntryInput = v.object({ collectionId: Id, creativeId: Id, uploadId: Id, mediaId: v.string() });

/**
 * Puts a complete media of the creative's own events at the end of their own collection; one that is there stays where
 * it is. `CollectionNotFound`, `UploadNotFound`, `MediaNotFound`, `MediaNotComplete`, `CollectionFull`.
 */
export const add = fn(EntryInput, async (input, source: Source = system): Promise<void> => {
  const { collectionId, uploadId, mediaId } = input;
  const [, rows] = await inOrder([owned(collectionId, input.creativeId), Upload.read(uploadId)]);
  if (rows.upload.creativeId !== input.creativeId) throw UploadNotFound();
  const found = Upload.mediaOf(rows, mediaId);
  if (found.status !== "complete") throw MediaNotComplete(found.status);
  await reorder(input, source, (entries, mine) =>
    mine ? undefined : { rank: generateKeyBetween(entries.at(-1)?.rank ?? null, null) },
  );
});

/** Moves a media within the creative's own collection. `CollectionNotFound`, `EntryNotFound`. */
export const move = fn(
  v.object({ ...EntryInput.entries, ...Move.entries }),
  ({ after, ...input }, source: Source = system): Promise<void> =>
    reorder(input, source, (entries, mine) => {
      if (!mine) throw EntryNotFound();
      const others = entries.filter((entry) => entry !== mine);
      const at = after ? others.findIndex((entry) => isEntry(entry, after)) : -1;
      if (after && isEntry(mine, after)) return undefined;
      if (after && at < 0) throw EntryNotFound();
      return { rank: generateKeyBetween(others[at]?.rank ?? null, others[at + 1]?.rank ?? null) };
    }),
);

/** Takes a media out of the creative's own collection; one that is not there is no error. `CollectionNotFound`. */
export const drop = fn(
  EntryInput,
  (input, source: Source = system): Promise<void> => reorder(input, source, (_, mine) => (mine ? "gone" : undefined)),
);

type Entry = { uploadId: string; mediaId: string; rank: string };
const isEntry = (entry: Entry, { uploadId, mediaId }: { uploadId: string; mediaId: string }) =>
  entry.uploadId === uploadId && entry.mediaId === mediaId;

/** Changes one entry as `decide` says, which gets all entries in order; changes of one collection take turns. */
async function reorder(
  { collectionId, creativeId, uploadId, mediaId }: v.InferOutput<typeof EntryInput>,
  source: Source,
  decide: (entries: Entry[], mine: Entry | undefined) => { rank: string } | "gone" | undefined,
): Promise<void> {
  await conflictFree(async () => {
    const collection = await owned(collectionId, creativeId);
    const entries = await entriesOf(collectionId);
    const mine = entries.find((entry) => isEntry(entry, { uploadId, mediaId }));
    const decided = decide(entries, mine);
    if (!decided) return "done";
    const by = decided === "gone" ? -1 : mine ? 0 : 1;
    if (by === 1 && entries.length >= COLLECTION_MEDIA) throw CollectionFull(COLLECTION_MEDIA);
    const key = { collectionId, uploadId, mediaId };
    const changedAt = iso(source);
    const result = await createWriteTransaction({ collection: CollectionEntity, entry: EntryEntity }, (entities) => [
      entities.collection
        .patch({ collectionId })
        .set({ changedAt, size: entries.length + by })
        .add({ revision: 1 })
        .where(({ revision }, { eq }) => eq(revision, collection.revision))
        .commit(),
      decided === "gone"
        ? entities.entry.delete(key).commit()
        : entities.entry.put({ createdAt: changedAt, ...mine, ...key, ...decided }).commit(),
    ]).go();
    return result.canceled ? again(result) : "done";
  });
}

/** All of a collection's entries as they are at this moment, in their order. */
async function entriesOf(collectionId: string) {
  const { data } = await EntryEntity.query.entry({ collectionId }).go({ consistent: true, pages: "all" });
  return data.toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
}

/** Takes everything of a deleted upload out of every collection. */
export async function dropUpload(uploadId: string, source: Source = system): Promise<void> {
  const { data } = await EntryEntity.query.byMedia({ uploadId }).go({ pages: "all" });
  for (const { collectionId, mediaId } of data) {
    const { data: collection } = await CollectionEntity.get({ collectionId }).go({ consistent: true });
    const { creativeId = "" } = collection ?? {};
    try {
      await reorder({ collectionId, creativeId, uploadId, mediaId }, source, (_, mine) => (mine ? "gone" : undefined));
    } catch (error) {
      // Deleted, perhaps just now: its entries need no order any more.
      if (!(error instanceof PublicError && error.code === "collection.not_found")) throw error;
      await EntryEntity.delete({ collectionId, uploadId, mediaId }).go();
    }
  }
}

/** The creative's own collection; `CollectionNotFound` for another's too. */
async function owned(collectionId: string, creativeId: string) {
  const { data } = await CollectionEntity.get({ collectionId }).go({ consistent: true });
  if (data?.creativeId !== creativeId || data.deletedAt) throw CollectionNotFound();
  return data;
}

type Row = Omit<Awaited<ReturnType<typeof owned>>, "updatedAt">;

/** From row to what users see. */
function serialize({ collectionId, creativeId, title, description, size, createdAt, changedAt }: Row): Info {
  return {
    collectionId,
    creativeId,
    title,
    ...(description ? { description } : {}),
    size,
    createdAt,
    updatedAt: changedAt,
  };
}

const iso = (source: Source) => new Date(source.now()).toISOString();
