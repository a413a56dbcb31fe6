/** Frames a second, as a fraction. */
export interface Rate {
  numerator: number;
  denominator: number;
}

export const fps = (rate: Rate) => rate.numerator / rate.denominator;

/** What players and screens expect. Those below 23 are of old phones and cameras. */
const STANDARD: Rate[] = [
  { numerator: 12, denominator: 1 },
  { numerator: 15, denominator: 1 },
  { numerator: 20, denominator: 1 },
  { numerator: 24000, denominator: 1001 },
  { numerator: 24, denominator: 1 },
  { numerator: 25, denominator: 1 },
  { numerator: 30000, denominator: 1001 },
  { numerator: 30, denominator: 1 },
  { numerator: 50, denominator: 1 },
  { numerator: 60000, denominator: 1001 },
  { numerator: 60, denominator: 1 },
];
export const RATE_MAX = STANDARD.at(-1)!;
/** How far a rate may be from a standard one to be it: 29.97 is not 30. */
const EXACT = 0.0005;
/**
 * The same for a rate that was counted of frames that come unevenly: a moment of another rate is in the same second.
 */
const COUNTED = 0.05;
/** Below this a constant rate is a choice (time lapse, old cameras) and is kept, whatever it is. */
const KEPT_BELOW = 23;
/** A rate that lasts so long is one to see; a shorter burst is jitter. */
const SUSTAINED_SECONDS = 1;
/** Frames whose spacing differs by no more than this come evenly: containers round to the millisecond. */
const EVEN_SECONDS = 0.0015;

const away = (rate: Rate, value: number) => Math.abs(fps(rate) - value) / value;
const nearest = (value: number) =>
  STANDARD.reduce((best, next) => (away(next, value) < away(best, value) ? next : best));

/** What the frames of a track are: when each is shown, seconds, in any order. */
export interface Cadence {
  /** Frames a second of the fastest stretch of a second, or of the whole where it is shorter. */
  sustained: number;
  /** All frames come at the same distance. */
  even: boolean;
}

/** Undefined for fewer than two frames. */
export function cadence(shownAt: number[]): Cadence | undefined {
  const times = shownAt.toSorted((one, other) => one - other);
  const span = times.at(-1)! - times[0]!;
  if (times.length < 2 || span <= 0) return undefined;
  const distance = span / (times.length - 1);
  const even = times.every((time, index) => Math.abs(time - times[0]! - index * distance) <= EVEN_SECONDS);
  let sustained = 1 / distance;
  if (!even) {
    let from = 0;
    for (let to = 1; to < times.length; to++) {
      // What is a second but for rounding is one.
      while (times[to]! - times[from + 1]! >= SUSTAINED_SECONDS - EVEN_SECONDS) from++;
      const seconds = times[to]! - times[from]!;
      if (seconds >= SUSTAINED_SECONDS - EVEN_SECONDS) sustained = Math.max(sustained, (to - from) / seconds);
    }
  }
  return { sustained, even };
}

/**
 * The rate to encode at where the source's own cannot be kept: of frames that come unevenly the standard rate that
 * loses none of the fastest second; 60 at most, since players cannot keep up with 120 and 240, which are slow motion at
 * full speed.
 */
export function rateFor(source: Rate | undefined, frames: Cadence | undefined): Rate | undefined {
  const value = frames?.sustained ?? (source && fps(source));
  if (value === undefined) return undefined;
  if (value > fps(RATE_MAX) * (1 + EXACT)) return RATE_MAX;
  const near = nearest(value);
  const kept = value < KEPT_BELOW || away(near, value) <= EXACT;
  if (kept && (!frames || frames.even)) return undefined;
  if (away(near, value) <= COUNTED) return near;
  return STANDARD.find((rate) => fps(rate) >= value) ?? RATE_MAX;
}
