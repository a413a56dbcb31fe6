import { FileTypes } from "@dropclip/core/file-types";
import { IMAGE_BYTES, VIDEO_BYTES } from "@dropclip/core/limits";
import type { Event } from "../api/types.ts";

/** What of an event says what it takes. */
export type Takes = Pick<Event, "contentTypes" | "videoBytes" | "videoDurationMs" | "imageBytes">;
export interface Picked {
  name: string;
  type: string;
  bytes: number;
  /** Where the browser can tell. */
  durationMs?: number | undefined;
}
/** Why a file is not taken: its kind and what a sentence about it needs. */
export type Refusal =
  | { kind: "type"; taken: string[] }
  | { kind: "noVideos" | "noImages" | "empty" }
  | { kind: "tooLarge"; bytes: number; limit: number }
  | { kind: "tooLong"; ms: number; limitMs: number };

export const contentTypeOf = (file: Pick<Picked, "name" | "type">) => FileTypes.of(file)?.contentType;

/** The extensions an event takes, for pickers and for people. */
export const extensionsOf = ({ contentTypes }: Pick<Event, "contentTypes">) =>
  FileTypes.EXTENSIONS.filter((one) => contentTypes.includes(FileTypes.TYPES[one]!.contentType));

/** Whether the event takes a file, before a byte of it is sent; undefined when it does. */
export function refusal(file: Picked, event: Takes): Refusal | undefined {
  const contentType = contentTypeOf(file);
  if (!contentType || FileTypes.contradicts(file.type, contentType))
    return { kind: "type", taken: extensionsOf(event) };
  if (!event.contentTypes.includes(contentType)) return { kind: contentType === "video" ? "noVideos" : "noImages" };
  if (file.bytes === 0) return { kind: "empty" };
  const limit =
    contentType === "video" ? Math.min(event.videoBytes, VIDEO_BYTES) : Math.min(event.imageBytes, IMAGE_BYTES);
  if (file.bytes > limit) return { kind: "tooLarge", bytes: file.bytes, limit };
  const { durationMs = 0 } = file;
  // Players round to the next frame.
  if (contentType === "video" && durationMs > event.videoDurationMs + 500)
    return { kind: "tooLong", ms: durationMs, limitMs: event.videoDurationMs };
  return undefined;
}
