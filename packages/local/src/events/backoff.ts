const FIRST_MS = 1_000;
/** 185 attempts spread over a day come about every eight minutes. */
const LONGEST_MS = 10 * 60_000;

/** Wait before retry number `retry` (from 1): doubled each time, half of it at random. */
export function backoffMs(retry: number, random: () => number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(retry - 1, 20));
  return full / 2 + random() * (full / 2);
}
