import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Store } from "../store.ts";
import { tryWrite } from "./probe.ts";

const BEGIN_ANEW = "put it back, or start with --fresh, which deletes all local data";

/** Makes the data directory where it is missing and sees that it can be written. Throws one clear sentence. */
export function prepareDirectory(directory: string) {
  makeDirectory(directory);
  if (!statSync(directory).isDirectory())
    throw new Error(`the data directory ${directory} is a file: remove it, or name a folder with DROPCLIP_DIRECTORY`);
  const error = tryWrite(directory);
  if (error)
    throw new Error(`the data directory ${directory} cannot be written (${error.code}): ${helpFor(error.code)}`);
}

/** Folder by folder: Node's recursive mkdir does not return for a path that cannot be made below /proc. */
function makeDirectory(directory: string) {
  if (existsSync(directory)) return;
  if (dirname(directory) !== directory) makeDirectory(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    throw new Error(`the data directory ${directory} cannot be made (${code}): ${helpFor(code)}`);
  }
}

function helpFor(code: string | undefined): string {
  const another = "name another folder with DROPCLIP_DIRECTORY";
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `the disk is full; make room, or ${another}`;
    case "EROFS":
      return `it is on a read-only disk; mount it writable, or ${another}`;
    case "EACCES":
    case "EPERM":
      return `you have no right to; change its owner, or ${another}`;
    case "ENOTDIR":
      return `a part of this path is a file; ${another}`;
    default:
      return another;
  }
}

/**
 * Checks that no database was removed from the data: a new one in its place would be empty, and files that it does not
 * know would be removed. Called before the database is opened. Throws one clear sentence.
 */
export function checkDatabase(directory: string) {
  const file = join(directory, "cloud.db");
  if (statSync(file, { throwIfNoEntry: false })?.size) return;
  const left = ["dynamodb.db", "s3"].filter((name) => holdsData(join(directory, name)));
  if (left.length > 0) throw new Error(`${file} is missing or empty beside ${left.join(" and ")}: ${BEGIN_ANEW}`);
}

/** The other files that belong to the data, according to the database; `keep` notes one that exists now. */
export class Inventory {
  readonly #store: Store;
  readonly #directory: string;

  constructor(store: Store, directory: string) {
    this.#store = store;
    this.#directory = directory;
    store.exec("CREATE TABLE IF NOT EXISTS disk_inventory (name TEXT PRIMARY KEY) STRICT");
  }

  /** Throws one clear sentence when one of these existed and is missing now. */
  check(...names: string[]) {
    for (const name of names) {
      const path = join(this.#directory, name);
      if (this.#knows(name) && !existsSync(path)) throw new Error(`${path} is missing: ${BEGIN_ANEW}`);
    }
  }

  /** Notes what is there, and has the disk watch that it stays. */
  keep(...names: string[]) {
    for (const name of names) {
      const path = join(this.#directory, name);
      if (!existsSync(path)) continue;
      if (!this.#knows(name)) this.#store.run("INSERT INTO disk_inventory VALUES (?)", name);
      this.#store.disk.guard(path);
    }
  }

  #knows(name: string): boolean {
    return this.#store.get("SELECT name FROM disk_inventory WHERE name = ?", name) !== undefined;
  }
}

function holdsData(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  return stat.isDirectory() ? readdirSync(path).length > 0 : stat.size > 0;
}
