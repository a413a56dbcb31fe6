export * as Picture from "./picture.ts";

import { Day } from "../day.ts";
import { AccountDeleted, DayUsedUp, EventNotFound, FileTooLarge, TypeNotTaken } from "../errors.ts";
import { FileTypes } from "../files/file-types.ts";
import { fn } from "../fn.ts";
import { type Source, system } from "../ids.ts";
import { Keys, type PictureOwner } from "../keys.ts";
import { IMAGE_BYTES, PICTURES_PER_DAY } from "../limits.ts";
import { OPEN } from "../store/event.entity.ts";
import { conflictFree } from "../store/transaction.ts";
import { Urls } from "../urls.ts";
import { find, type Row, read, write } from "./row.ts";
import { File, type Offer, type Served } from "./schemas.ts";

export { File, Flyer, Offer, Served } from "./schemas.ts";

/** Where the owner's picture is served; undefined while there is none. */
export function served(owner: PictureOwner, picture: Row["picture"]): Served | undefined {
  if (!picture) return undefined;
  const [url, thumbnail] = Keys.ofPicture(owner, picture).map(Urls.url);
  return { url: url!, version: picture.version, ...(thumbnail ? { thumbnail } : {}) };
}

/** The owner's picture and the last offer, as its owner sees them. */
export async function get(owner: PictureOwner): Promise<{ served?: Served; offer?: Offer }> {
  const row = await read(owner);
  const image = served(owner, row?.picture);
  const { extension: _, sequencer: __, reason, ...offer } = row?.offer ?? {};
  const told = reason?.code && reason.message ? { reason } : {};
  return {
    ...(image ? { served: image } : {}),
    ...(row?.offer ? { offer: { ...offer, ...told } as Offer } : {}),
  };
}

/**
 * Notes that a new picture will come, under a version of its own: its key, media type and largest size. The newest
 * offer counts. `TypeNotTaken`, `FileTooLarge`; `EventNotFound` or `AccountDeleted` when its owner is gone.
 */
export const offer = fn(File, async ({ name, bytes }, owner: PictureOwner, source: Source = system) => {
  const type = FileTypes.byName(name);
  if (!type || !FileTypes.PICTURES.includes(type.extension)) throw TypeNotTaken(FileTypes.PICTURES);
  if (bytes > IMAGE_BYTES) throw FileTooLarge(bytes, IMAGE_BYTES);
  const { extension } = type;
  const version = source.id();
  const offered = { version, extension, status: "pending" as const };
  await conflictFree(async () => {
    const row = await find(owner);
    if (owner.kind === "flyer" && !row) throw EventNotFound();
    if (row && row !== "deleted") checkLooks(row, source);
    if (row === "deleted") throw owner.kind === "flyer" ? EventNotFound() : AccountDeleted();
    return (await write(owner, row, { offer: offered })) ? "done" : "again";
  });
  return { version, key: Keys.picture(owner, { version, extension }), type: type.type };
});

/** Throws `DayUsedUp` when no more pictures are checked today. */
function checkLooks({ looks }: Row, source: Source) {
  const used = looks?.day === Day.of(source.now()) ? looks.count : 0;
  if (used >= PICTURES_PER_DAY) throw DayUsedUp("pictures", used, PICTURES_PER_DAY, Day.secondsLeft(source.now()));
}

/**
 * Takes the owner's picture away in one step: it is no longer shown, and the offer is no longer awaited, so
 * that a form which is posted afterwards brings nothing back. Settling removes the object later. Returns whether that
 * is still to be done; safe to repeat. `EventNotFound` when the event is gone.
 */
export const remove = (owner: PictureOwner): Promise<boolean> =>
  conflictFree(async () => {
    const row = await read(owner);
    if (!row) {
      if (owner.kind === "flyer") throw EventNotFound();
      return false;
    }
    const { picture, offer, retired = [] } = row;
    const left = [...retired, ...(picture ? Keys.ofPicture(owner, picture) : [])];
    const due = left.length > 0;
    if (!picture && !offer && due === (row.state === OPEN)) return due;
    return (await write(owner, row, { picture: null, offer: null, retired: left, due })) ? due : "again";
  });

/** Keys of pictures that were taken away or replaced and are still to be removed. */
export const due = async (owner: PictureOwner): Promise<string[]> => (await read(owner))?.retired ?? [];

/** Takes removed pictures off the record, and closes it once no others are left. */
export const settled = (owner: PictureOwner, keys: string[]): Promise<void> =>
  conflictFree(async () => {
    const row = await read(owner);
    if (!row) return;
    const retired = (row.retired ?? []).filter((key) => !keys.includes(key));
    return (await write(owner, row, { retired, due: retired.length > 0 })) ? undefined : "again";
  });
