import { StorageError } from "../disk/fault.ts";
import type { World } from "../world.ts";

/** The engine passes on SQLite's own words (sqlite.org/rescode.html), among others. */
const SAID: [RegExp, number][] = [
  [/database or disk is full/, 13],
  [/disk I\/O error/, 10],
  [/readonly database/, 8],
  [/unable to open database file/, 14],
  [/disk image is malformed/, 11],
  [/not (a|a valid SQLite) database/, 26],
];

/** The disk fault that the engine's message describes, noted on the disk; undefined for any other error. */
export function storageErrorOf({ store }: World, said: string, file: string): StorageError | undefined {
  const found = SAID.find(([words]) => words.test(said));
  if (!found) return undefined;
  const [words, errcode] = found;
  // Only the cause: what the engine did about it is of no use to the reader.
  const message = words.exec(said)![0];
  const blamed = store.disk.blame(Object.assign(new Error(message), { errcode }), file);
  return blamed instanceof StorageError ? blamed : undefined;
}
