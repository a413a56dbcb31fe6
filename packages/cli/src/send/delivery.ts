import type { LimitFunction } from "p-limit";
import type { Api } from "../api/client.ts";
import type { Transfer } from "../api/schemas.ts";
import type { MediaFile } from "../files/media-file.ts";
import type { Patience } from "../net/retry.ts";
import type { FileProgress } from "../progress/progress.ts";
import type { JournalFile } from "./journal.ts";

/** One file and the state of its sending. */
export interface Delivery {
  api: Api;
  uploadId: string;
  file: MediaFile;
  transfer: Transfer;
  /** The state that an earlier run left; `remember` updates it on disk. */
  state: JournalFile;
  remember(change: Partial<JournalFile>): void;
  /** Limits the requests at the same time; shared by all files of the upload. */
  slot: LimitFunction;
  patience: Patience;
  progress: FileProgress;
}
