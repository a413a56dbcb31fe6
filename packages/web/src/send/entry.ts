import { type Signal, signal } from "@preact/signals";
import type { UploadMedia } from "../api/types.ts";
import { contentTypeOf } from "./check.ts";
import type { Kept } from "./keep.ts";
import type { Sending } from "./sender.ts";

export type State =
  | "ready"
  /** Announced, or about to be; others are before it. */
  | "waiting"
  | "sending"
  | "paused"
  /** Nobody answered; it is tried again in a moment. */
  | "retrying"
  | "failed"
  /** The browser has not kept the file: the fan has to choose it again. */
  | "lost"
  | "sent";

/** One chosen file on its way. */
export interface Entry {
  kept: Signal<Kept>;
  file: Signal<Blob | undefined>;
  state: Signal<State>;
  /** Bytes S3 has of it. */
  gone: Signal<number>;
  /** Why it failed. */
  error: Signal<unknown>;
  /** What became of it once it was sent. */
  record: Signal<UploadMedia | undefined>;
  /** The file is in the browser's own store, or will never be; unknown as long as it is being put there. */
  stored: Promise<boolean>;
  isStored: Signal<boolean | undefined>;
  preview: string | undefined;
  isVideo: boolean;
  sending?: Sending | undefined;
  attempts: number;
  /** The timer of the next try, which it may share with others. */
  timer?: number | undefined;
}

export function entryOf(kept: Kept, file: Blob | undefined, stored: Promise<boolean>): Entry {
  const isStored = signal<boolean | undefined>(undefined);
  void stored.then((is) => {
    isStored.value = is;
  });
  return {
    kept: signal(kept),
    file: signal(file),
    state: signal<State>(file ? (kept.isPaused ? "paused" : "ready") : "lost"),
    gone: signal(0),
    error: signal<unknown>(undefined),
    record: signal<UploadMedia | undefined>(undefined),
    stored,
    isStored,
    preview: file && URL.createObjectURL(file),
    isVideo: contentTypeOf(kept) === "video",
    attempts: 0,
  };
}

/** The same file, as far as a browser tells. */
export const isSame = (kept: Kept, file: File) =>
  kept.name === file.name && kept.bytes === file.size && kept.modifiedAt === file.lastModified;

export const UNDER_WAY: State[] = ["waiting", "sending", "retrying"];
