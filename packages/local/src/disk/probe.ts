import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** More than a block, so that a last free one does not pass for room. */
const PROBE_BYTES = 64 * 1024;
const SPARE_BYTES = 8 * 1024 * 1024;

/**
 * Why no file can be written in the folder, which free bytes do not tell: a quota, a read-only disk, a missing right.
 */
export function tryWrite(directory: string, bytes = PROBE_BYTES): NodeJS.ErrnoException | undefined {
  return write(join(directory, "probe"), bytes, false);
}

/**
 * A file that only takes room, given up when another program has filled the disk to the last byte: then the databases
 * can at least record deletions, which make room.
 */
export class Spare {
  readonly #file: string;

  constructor(directory: string) {
    this.#file = join(directory, "spare");
  }

  give() {
    try {
      rmSync(this.#file, { force: true });
    } catch {
      // On a read-only disk it stays.
    }
  }

  /** Takes the room again, where it is small beside the reserve; nothing is lost when it cannot. */
  take(reserveBytes: number) {
    if (reserveBytes < 2 * SPARE_BYTES || statSync(this.#file, { throwIfNoEntry: false })) return;
    write(this.#file, SPARE_BYTES, true);
  }
}

/** Writes zeros; the error when it cannot, with nothing left behind. */
function write(file: string, bytes: number, keep: boolean): NodeJS.ErrnoException | undefined {
  try {
    try {
      writeFileSync(file, Buffer.alloc(bytes), { mode: 0o600, flush: true });
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    }
    if (!keep) rmSync(file, { force: true });
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
