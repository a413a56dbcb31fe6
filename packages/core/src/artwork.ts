export * as Artwork from "./artwork.ts";

import * as v from "valibot";
import { type Row, read, write } from "./artwork.row.ts";
import { EventNotFound, FileTooLarge, TypeNotTaken } from "./errors.ts";
import { FileTypes } from "./file-types.ts";
import { fn } from "./fn.ts";
import { type Source, system } from "./ids.ts";
import { type ArtworkOwner, Keys } from "./keys.ts";
import { FILE_NAME_LENGTH, IMAGE_BYTES } from "./limits.ts";
import { conflictFree } from "./transaction.ts";
import { Urls } from "./urls.ts";

/** A flyer or profile picture as it is served. */
export const Served = v.object({ url: v.string(), version: v.string() });
export type Served = v.InferOutput<typeof Served>;

/** What became of the picture that was offered last. */
export const Offer = v.object({
  version: v.string(),
  status: v.picklist(["pending", "complete", "rejected"]),
  reason: v.optional(v.object({ code: v.string(), message: v.string() })),
});
export type Offer = v.InferOutput<typeof Offer>;

/** A picture to be offered: its name tells the type, and it will have at most so many bytes. */
export const File = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(FILE_NAME_LENGTH)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

/** Where the owner's picture is served; undefined while there is none. */
export const served = (owner: ArtworkOwner, artwork: Row["artwork"]): Served | undefined =>
  artwork && { url: Urls.url(Keys.artwork(owner, artwork)), version: artwork.version };

/** The owner's picture and the last offer, as its owner sees them. */
export async function get(owner: ArtworkOwner): Promise<{ served?: Served; offer?: Offer }> {
  const row = await read(owner);
  const image = served(owner, row?.artwork);
  const { extension: _, sequencer: __, reason, ...offer } = row?.offer ?? {};
  const told = reason?.code && reason.message ? { reason } : {};
  return {
    ...(image ? { served: image } : {}),
    ...(row?.offer ? { offer: { ...offer, ...told } as Offer } : {}),
  };
}

/**
 * Notes that a new picture will come, under a version of its own: its key, media type and largest size. The newest offer
 * counts. `TypeNotTaken`, `FileTooLarge`; `EventNotFound` when the event is gone.
 */
export const offer = fn(File, async ({ name, bytes }, owner: ArtworkOwner, source: Source = system) => {
  const type = FileTypes.byName(name);
  if (!type || !FileTypes.PICTURES.includes(type.extension)) throw TypeNotTaken(FileTypes.PICTURES);
  if (bytes > IMAGE_BYTES) throw FileTooLarge(bytes, IMAGE_BYTES);
  const { extension } = type;
  const version = source.id();
  const offered = { version, extension, status: "pending" as const };
  await conflictFree(async () => {
    const row = await read(owner);
    if (!row && owner.kind === "flyer") throw EventNotFound();
    return (await write(owner, row, { offer: offered })) ? "done" : "again";
  });
  return { version, key: Keys.artwork(owner, { version, extension }), type: type.type };
});
