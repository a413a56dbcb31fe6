import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { CliError } from "../errors.ts";
import { writeDurably } from "../files/durable.ts";
import { lock } from "../files/lock.ts";

/** An upload expires after 24 hours, so nothing older can be resumed. */
const KEPT_MS = 48 * 3_600_000;

const JournalFile = v.object({
  path: v.string(),
  bytes: v.number(),
  mtimeMs: v.number(),
  mediaId: v.string(),
  /** The multipart upload that the parts belong to. */
  s3UploadId: v.optional(v.string()),
  /** Set before CompleteMultipartUpload: from then on a missing multipart upload may mean success. */
  completing: v.optional(v.boolean()),
  /** Whether S3 has acknowledged the whole file. */
  sent: v.optional(v.boolean()),
});
export type JournalFile = v.InferOutput<typeof JournalFile>;

const Entry = v.object({
  version: v.literal(2),
  /** The same for every try to create the upload. */
  idempotencyKey: v.string(),
  /** Set once the API has returned it. */
  uploadId: v.optional(v.string()),
  files: v.array(JournalFile),
});
/** What is needed to continue an unfinished upload. */
export type Entry = v.InferOutput<typeof Entry>;

/**
 * Identifies an upload between two runs of the command. File sizes and times are compared instead of keyed, so that a
 * changed file is detected.
 */
export interface JournalKey {
  api: string;
  eventId: string;
  userId: string;
  paths: string[];
}

/** The record of one upload; it survives `kill -9`. Only one process at a time holds it. */
export interface Journal {
  read(): Entry | undefined;
  write(entry: Entry): void;
  remove(): void;
  close(): void;
}

/** Opens the journal of this upload in `directory`; a `CliError` when another process sends the same upload. */
export function openJournal(directory: string, { api, eventId, userId, paths }: JournalKey, now: number): Journal {
  const name = createHash("sha256")
    .update(JSON.stringify([api, eventId, userId, paths.toSorted()]))
    .digest("hex");
  const file = join(directory, `${name.slice(0, 32)}.json`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  prune(directory, now);
  const held = lock(`${file}.lock`);
  if (!held) throw new CliError("another dropclip is already sending these files: wait for it or stop it");
  return {
    read: () => read(file),
    write: (entry) => writeDurably(file, `${JSON.stringify(entry)}\n`),
    remove: () => rmSync(file, { force: true }),
    close: () => held.release(),
  };
}

/** A journal that cannot be read is ignored: the upload starts again. */
function read(file: string): Entry | undefined {
  try {
    return v.parse(v.pipe(v.string(), v.parseJson(), Entry), readFileSync(file, "utf8"));
  } catch (error) {
    if (v.isValiError(error) || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function prune(directory: string, now: number) {
  for (const name of readdirSync(directory)) {
    const stats = statSync(join(directory, name), { throwIfNoEntry: false });
    if (stats && now - stats.mtimeMs > KEPT_MS) rmSync(join(directory, name), { force: true });
  }
}
