import { AwsError } from "../aws-error.ts";

/**
 * Why the disk took nothing: no room, not writable (read-only, broken), or the data themselves are damaged. Of the
 * first two a disk recovers, of the last it does not.
 */
export type Fault = "full" | "unwritable" | "damaged";

const ERRNO: Record<string, Fault> = { ENOSPC: "full", EDQUOT: "full", EROFS: "unwritable", EIO: "unwritable" };

/** SQLite's primary result codes (sqlite.org/rescode.html): READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const SQLITE: Record<number, Fault> = {
  8: "unwritable",
  10: "unwritable",
  11: "damaged",
  13: "full",
  14: "unwritable",
  26: "damaged",
};
/** Extended codes keep the primary one in their lowest byte. */
const PRIMARY = 0xff;

/** What an error of the file system or of SQLite says of the disk; undefined when it is about something else. */
export function faultOf(error: unknown): Fault | undefined {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  if (typeof errcode === "number") return SQLITE[errcode & PRIMARY];
  return typeof code === "string" ? ERRNO[code] : undefined;
}

/**
 * The disk is why something was not done, not the caller: nothing of it was kept, and the same may succeed later. To
 * clients it is 503, which every AWS SDK tries again.
 */
export class StorageError extends AwsError {
  constructor(message: string, cause?: unknown) {
    super("ServiceUnavailable", message, 503);
    this.cause = cause;
  }
}
