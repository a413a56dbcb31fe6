import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** SQLite's code for a database that another process has locked. */
const SQLITE_BUSY = 5;

/**
 * Keeps a second cloud off the same data; returns the function that releases the lock. It is the operating system's
 * lock, through SQLite: it ends with its process, and no process id is ever mistaken for another's.
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, "lock");
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    const { errcode, message } = error as Error & { errcode?: number };
    if (errcode !== SQLITE_BUSY) throw new Error(`${file} cannot be locked (${message}): remove it and start again`);
    throw new Error(
      `another local cloud runs on ${directory}: stop it, or name another folder with DROPCLIP_DIRECTORY`,
    );
  }
  return () => lock.close();
}
