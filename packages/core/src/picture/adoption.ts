export * as Adoption from "./adoption.ts";

import { Day } from "../day.ts";
import { Content } from "../files/content.ts";
import { FileTypes } from "../files/file-types.ts";
import { type Source, system } from "../ids.ts";
import { Keys } from "../keys.ts";
import { IMAGE_BYTES, PICTURES_PER_DAY } from "../limits.ts";
import { NotAPicture, PictureTooLarge, type Reason } from "../reasons.ts";
import { Sequencer } from "../store/sequencer.ts";
import { conflictFree } from "../store/transaction.ts";
import { type Change, type Row, read, write } from "./row.ts";

/**
 * What is still to be done once the record is right: objects to delete, and those that were served, which the edge must
 * forget.
 */
export interface Chores {
  outcome: "switched" | "kept" | "refused" | "superseded";
  remove: string[];
  forget: string[];
}

/** What the record says of an arrived object: it is `served` at this key, `awaited`, or `superseded` and of no use. */
export type Standing = "served" | "awaited" | "superseded";

/** What the record says of the key, before anything is read or decoded. */
export async function standingOf(key: string): Promise<Standing> {
  const parsed = Keys.parsePicture(key);
  const row = parsed && (await read(parsed.owner));
  if (!row) return "superseded";
  if (row.picture?.version === parsed.version) return "served";
  return row.offer?.version === parsed.version ? "awaited" : "superseded";
}

/**
 * Takes in a picture that arrived: looks at its first bytes, and makes it the one that is served in one step, or says
 * on the record why not. Safe to repeat and in any order: of objects sent to one key the last one counts, and a picture
 * that is no longer awaited is only removed. `refused` is the reason to refuse it, if that is known already,
 * `thumbnail` whether a small copy lies beside it; `readHead` is undefined when the object is gone or has been
 * replaced.
 */
export async function adopt(
  key: string,
  object: { sequencer: string; bytes: number; refused?: Reason | undefined; thumbnail?: boolean },
  readHead: () => Promise<Uint8Array | undefined>,
): Promise<Chores> {
  const parsed = Keys.parsePicture(key);
  if (!parsed) return { outcome: "superseded", remove: [], forget: [] };
  const { owner, version, extension } = parsed;
  const head = await readHead();
  const refused = object.refused ?? (head && (await check(object.bytes, head)));
  return conflictFree(async () => {
    const row = await read(owner);
    const current = row?.picture?.version === version;
    if (!row || (!current && row.offer?.version !== version)) return chores("superseded", row, key);
    if (!head) return { outcome: "superseded", remove: [], forget: [] };
    const order = Sequencer.compare(object.sequencer, known(row, version));
    if (order < 0 || (order === 0 && current)) return chores("kept", row);
    if (order === 0) return chores("refused", row, key);
    const offered = { version, extension, sequencer: object.sequencer };
    const ended = refused ? { status: "rejected" as const, reason: refused } : { status: "complete" as const };
    const change: Change = {
      // A newer offer is still awaited.
      ...(row.offer?.version === version ? { offer: { ...offered, ...ended } } : {}),
      ...(refused
        ? current && { picture: null }
        : { picture: { ...offered, ...(object.thumbnail ? { thumbnail: true } : {}) } }),
    };
    const old = !refused && !current && row.picture ? Keys.ofPicture(owner, row.picture) : [];
    const retired = [...(row.retired ?? []), ...old];
    if (!(await write(owner, row, { ...change, retired }))) return "again";
    if (!refused) return chores("switched", { retired });
    const done = chores("refused", { retired }, key);
    return current ? { ...done, forget: done.remove } : done;
  });
}

/**
 * Only what was replaced was ever served: a picture arrives hidden, and is looked at before it is shown. One that is
 * not to stay goes with its small copy, which may lie there already.
 */
const chores = (outcome: Chores["outcome"], row: Pick<Row, "retired"> | undefined, key?: string): Chores => {
  const retired = row?.retired ?? [];
  const gone = key === undefined ? [] : [key, Keys.pictureThumbnail(key)];
  return { outcome, remove: [...retired, ...gone], forget: retired };
};

/**
 * Counts a picture that is about to be looked at; false when the owner's day is used up. A form can be used again and
 * again while it holds, and each use would be decoded and told to the edge.
 */
export async function countLook(key: string, source: Source = system): Promise<boolean> {
  const parsed = Keys.parsePicture(key);
  if (!parsed) return false;
  const day = Day.of(source.now());
  return conflictFree(async () => {
    const row = await read(parsed.owner);
    if (!row) return false;
    const count = row.looks?.day === day ? row.looks.count : 0;
    if (count >= PICTURES_PER_DAY) return false;
    return (await write(parsed.owner, row, { looks: { day, count: count + 1 } })) || "again";
  });
}

/**
 * The object that is served was overwritten by another one that is not checked yet: until it is, no picture is
 * served.
 */
export async function replaced(key: string, sequencer: string): Promise<void> {
  const parsed = Keys.parsePicture(key);
  if (!parsed) return;
  const { owner, version, extension } = parsed;
  await conflictFree(async () => {
    const row = await read(owner);
    if (row?.picture?.version !== version || row.offer?.version !== version) return "done";
    const before = known(row, version);
    if (Sequencer.compare(sequencer, before) <= 0) return "done";
    const offer = { version, extension, status: "pending" as const, sequencer: before };
    return (await write(owner, row, { picture: null, offer })) ? "done" : "again";
  });
}

/** Sequencer of the object that the record knows at the version's key; "" if it knows none. */
const known = ({ picture, offer }: Row, version: string): string =>
  [picture, offer]
    .map((one) => (one?.version === version && one.sequencer) || "")
    .reduce((a, b) => (Sequencer.compare(a, b) < 0 ? b : a));

/** Takes the removed pictures `keys` off the record. */
export async function removed(key: string, keys: string[]): Promise<void> {
  const owner = Keys.parsePicture(key)?.owner;
  if (!owner || keys.length === 0) return;
  await conflictFree(async () => {
    const row = await read(owner);
    const left = (row?.retired ?? []).filter((one) => !keys.includes(one));
    if (!row || left.length === (row.retired ?? []).length) return "done";
    return (await write(owner, row, { retired: left })) ? "done" : "again";
  });
}

async function check(bytes: number, head: Uint8Array): Promise<Reason | undefined> {
  if (bytes > IMAGE_BYTES) return PictureTooLarge(bytes, IMAGE_BYTES);
  return (await Content.isPicture(head)) ? undefined : NotAPicture(FileTypes.PICTURES);
}
