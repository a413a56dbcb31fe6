import { closeSync, constants, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Object and part bodies as files named by ids, never by keys. A file is written once and never changed. One that no
 * metadata row names belongs to a request that died, and is removed at the next start: so there are no temporary files.
 */
export class Bodies {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  path(id: string) {
    return join(this.#directory, id);
  }

  /** Writes a new body; on disk, with its name, when it resolves. `seen` gets each piece while it is written. */
  async write(id: string, pieces: AsyncIterable<Uint8Array>, seen: (piece: Uint8Array) => void) {
    const file = await open(this.path(id), "wx", 0o600);
    try {
      let pending: Promise<unknown> = Promise.resolve();
      try {
        for await (const piece of pieces) {
          await pending;
          pending = writeAll(file, piece);
          // It is awaited before the next write; a failure until then must not count as unhandled.
          pending.catch(() => undefined);
          seen(piece);
        }
      } finally {
        // The last write must be over before its file is closed, however the loop ended.
        await pending;
      }
      await file.sync();
    } catch (error) {
      await file.close();
      await this.remove(id);
      throw error;
    }
    await file.close();
    this.#syncDirectory();
  }

  /**
   * A second name for a body: both are read-only, so a copy costs nothing. Synchronous: the source cannot go away in
   * between.
   */
  link(from: string, to: string) {
    linkSync(this.path(from), this.path(to));
    this.#syncDirectory();
  }

  /** Moves a finished file (same file system) in as a body. */
  async adopt(file: string, id: string) {
    const handle = await open(file, "r");
    await handle.sync();
    await handle.close();
    await rename(file, this.path(id));
    this.#syncDirectory();
  }

  /**
   * A descriptor that stays readable whatever happens to the name. Synchronous, to be called in the turn that read the
   * metadata.
   */
  open(id: string): number {
    return openSync(this.path(id), constants.O_RDONLY);
  }

  async remove(id: string) {
    await rm(this.path(id), { force: true });
  }

  /** Removes every body that is not in `known`; the number removed. */
  sweep(known: Set<string>): number {
    const stale = readdirSync(this.#directory).filter((name) => !known.has(name));
    for (const name of stale) rmSync(join(this.#directory, name), { recursive: true });
    return stale.length;
  }

  /** A file is only safe once the directory that names it is. */
  #syncDirectory() {
    const handle = openSync(this.#directory, constants.O_RDONLY);
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }
}

async function writeAll(file: FileHandle, piece: Uint8Array) {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
}
