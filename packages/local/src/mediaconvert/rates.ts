import type { Rational } from "./source.ts";

/** Frame rates that cameras mean when their files say something close to it. */
const STANDARD = [
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [48, 1],
  [50, 1],
  [60000, 1001],
  [60, 1],
  [120, 1],
  [240, 1],
].map(([numerator, denominator]) => ({ numerator: numerator!, denominator: denominator! }));

/** `30000/1001` as ffprobe writes it; undefined for `0/0`. */
export function parseRational(text: string | undefined, separator = "/"): Rational | undefined {
  const [numerator, denominator] = (text ?? "").split(separator).map(Number);
  return numerator && denominator && numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}

export const value = ({ numerator, denominator }: Rational) => numerator / denominator;

/**
 * The constant rate to give a video: `base` is the lowest rate its timestamps fit (ffmpeg's r_frame_rate), `average` its
 * frames over its duration. Where they differ (variable frame rate, fields counted as frames) the average counts,
 * rounded to a standard rate near it.
 */
export function frameRate(base: Rational | undefined, average: Rational | undefined): Rational {
  if (base && average && Math.abs(value(base) / value(average) - 1) <= 0.05) return nearest(base, 0.0005) ?? base;
  const rate = average ?? base;
  if (!rate) return { numerator: 30, denominator: 1 };
  return nearest(rate, 0.02) ?? { numerator: Math.max(1, Math.round(value(rate) * 1000)), denominator: 1000 };
}

function nearest(rate: Rational, tolerance: number): Rational | undefined {
  const off = (standard: Rational) => Math.abs(value(standard) / value(rate) - 1);
  const best = STANDARD.toSorted((a, b) => off(a) - off(b))[0]!;
  return off(best) <= tolerance ? best : undefined;
}
