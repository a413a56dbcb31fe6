export * as Storyboard from "./storyboard.ts";

import * as v from "valibot";
import { Keys, type MediaRef } from "../keys.ts";
import { named } from "../schemas.ts";
import { Urls } from "../urls.ts";

/** What was found of a video's frames when it was published: how many, how far apart, and their size in pixels. */
export const Facts = v.object({
  count: v.number(),
  intervalMs: v.number(),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
});
export type Facts = v.InferOutput<typeof Facts>;

/** The same for players. Frame 0 is the first of the video, frame 1 stands `intervalMs` behind it, and so on. */
export const Info = named("Storyboard", {
  url: v.pipe(
    v.string(),
    v.description("A frame, as JPEG: put its number, from 0 to count - 1, with seven digits in the place of {frame}."),
  ),
  ...Facts.entries,
});
export type Info = v.InferOutput<typeof Info>;

/** Undefined for images, and for videos that were published before their frames were counted. */
export function of(ref: MediaRef, facts: Facts | undefined): Info | undefined {
  if (!facts) return undefined;
  const { count, intervalMs, width, height } = facts;
  return {
    url: Urls.url(Keys.frame(ref, "{frame}")),
    count,
    intervalMs,
    ...(width && height ? { width, height } : {}),
  };
}

/** Digits that MediaConvert counts captured frames with (SDK documentation, FrameCaptureSettings). */
const DIGITS = 7;

/** How many of these keys are the video's frames, without a gap from the first one on. */
export function countFrames(ref: MediaRef, keys: Iterable<string>): number {
  const known = new Set(keys);
  let count = 0;
  while (known.has(Keys.frame(ref, String(count).padStart(DIGITS, "0")))) count++;
  return count;
}
