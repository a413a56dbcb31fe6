import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

/** More than a block, so that a last free one does not pass for room. */
const PROBE_BYTES = 64 * 1024;
const SPARE_BYTES = 8 * 1024 * 1024;

/** Whether a file can be written in the folder: what free bytes do not tell of quotas and read-only disks. */
export function takesWrites(directory: string): boolean {
  return writes(join(directory, "probe"), PROBE_BYTES, false);
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
    rmSync(this.#file, { force: true });
  }

  /** Takes the room again, where it is small beside the reserve; nothing is lost when it cannot. */
  take(reserveBytes: number) {
    if (reserveBytes < 2 * SPARE_BYTES || statSync(this.#file, { throwIfNoEntry: false })) return;
    writes(this.#file, SPARE_BYTES, true);
  }
}

function writes(file: string, bytes: number, keep: boolean): boolean {
  let written = false;
  try {
    const handle = openSync(file, "w", 0o600);
    try {
      written = writeSync(handle, Buffer.alloc(bytes)) === bytes;
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    written = false;
  }
  try {
    if (!keep || !written) rmSync(file, { force: true });
  } catch {
    // Of a read-only disk nothing can be removed; it is empty.
  }
  return written;
}
