import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";

const POLL_MS = 50;
/** Work under a lock that others wait for is one request, which is retried for up to half a minute. */
const LONGEST_MS = 60_000;

/**
 * Locks `file` for this process; undefined when another process holds the lock. SQLite is used only for its lock: the
 * kernel releases it however the process ends, so no stale lock has to be detected after a `kill -9`. The file
 * itself stays, since removing it would let two processes lock two files of the same name.
 */
export function lock(file: string): { release(): void } | undefined {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

const SQLITE_BUSY = 5;

/** Runs `work` while holding the lock, waiting for its holder. A `CliError` when the holder does not release it. */
export async function withLock<T>(
  file: string,
  { clock, signal }: Pick<Context, "clock" | "signal">,
  work: () => T | Promise<T>,
): Promise<T> {
  for (const end = clock.now() + LONGEST_MS; ; ) {
    const held = lock(file);
    if (held) {
      try {
        return await work();
      } finally {
        held.release();
      }
    }
    if (clock.now() >= end) throw new CliError(`another dropclip holds ${file}: wait for it or stop it`);
    await clock.sleep(POLL_MS, signal);
  }
}
