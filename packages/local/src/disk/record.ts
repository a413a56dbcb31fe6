import type { Disk } from "./disk.ts";
import { StorageError } from "./fault.ts";

/**
 * Does `work`, which writes to the store, as soon as the disk takes it: what has happened is not lost for want of room.
 * Rejects with the signal's reason when it aborts first.
 */
export async function record<T>(disk: Disk, work: () => T, signal?: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      await disk.room(signal);
    }
  }
}
