import type { Media } from "../api/types.ts";

const LONG_MS = 90_000;
const SLOW_MBIT = 4;

/** What the browser knows of its connection; not every browser tells. */
interface Line {
  saveData?: boolean;
  downlink?: number;
}

/** One file is at its best at once. A slow line or a long clip goes by HLS, where the browser plays that by itself. */
export function sourceOf({ urls, durationMs = 0 }: Media, line: Line | undefined, playsHls: boolean): string {
  const isSlow = Boolean(line?.saveData) || (line?.downlink ?? SLOW_MBIT) < SLOW_MBIT;
  return urls.stream && playsHls && (isSlow || durationMs > LONG_MS) ? urls.stream : urls.content;
}
