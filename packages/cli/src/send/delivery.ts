import type { LimitFunction } from "p-limit";
import type { Api } from "../api/client.ts";
import type { Transfer } from "../api/schemas.ts";
import type { MediaFile } from "../files/media-file.ts";
import type { Patience } from "../net/retry.ts";
import type { FileProgress } from "../progress/progress.ts";
import type { JournalFile } from "./journal.ts";

/** One file on its way to S3. */
export interface Delivery {
  api: Api;
  uploadId: string;
  file: MediaFile;
  transfer: Transfer;
  /** What an earlier run left; `remember` keeps it up to date, on disk. */
  state: JournalFile;
  remember(change: Partial<JournalFile>): void;
  /** Lets so many requests through at a time; shared by all files of the upload. */
  slot: LimitFunction;
  patience: Patience;
  progress: FileProgress;
}
