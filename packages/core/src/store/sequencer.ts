export * as Sequencer from "./sequencer.ts";

/**
 * Negative when the event with sequencer `a` came before the one with `b`, zero when they are one; "" comes before all.
 * Compares events of one key only. Sequencers are hexadecimal and of unequal length; the shorter one is padded on its
 * right (S3 user guide, "Event message structure").
 */
export function compare(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const [x, y] = [a, b].map((one) => one.padEnd(length, "0").toUpperCase()) as [string, string];
  return x < y ? -1 : Number(x > y);
}
