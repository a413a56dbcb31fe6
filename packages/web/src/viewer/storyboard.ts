import type { Media } from "../api/types.ts";

const DIGITS = 7;

/** The address of the frame that is nearest to a position. */
export function frameAt({ url, count, intervalMs }: NonNullable<Media["storyboard"]>, ms: number): string {
  const number = Math.min(count - 1, Math.max(0, Math.round(ms / intervalMs)));
  return url.replace("{frame}", String(number).padStart(DIGITS, "0"));
}
