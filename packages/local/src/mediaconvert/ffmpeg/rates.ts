/** A rate or a ratio without rounding. */
export interface Rational {
  numerator: number;
  denominator: number;
}

/** Frame rates that cameras mean when their files say something close to it. */
const STANDARD = [
  [10, 1],
  [12, 1],
  [15, 1],
  [20, 1],
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [48, 1],
  [50, 1],
  [60000, 1001],
  [60, 1],
  [90, 1],
  [120, 1],
  [240, 1],
].map(([numerator, denominator]) => ({ numerator: numerator!, denominator: denominator! }));

/** `30000/1001` as ffprobe writes it; undefined for `0/0`. */
export function parseRational(text: string | undefined, separator = "/"): Rational | undefined {
  const [numerator, denominator] = (text ?? "").split(separator).map(Number);
  return numerator && denominator && numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}

export const value = ({ numerator, denominator }: Rational) => numerator / denominator;

/** How often pictures come. */
export interface Pace {
  /** What Probe tells: the constant rate, or the average of a variable one. */
  rate: Rational;
  variable: boolean;
}

/** How far two statements of one rate may be apart: lost frames, rounded times. */
const TOLERANCE = 0.05;
const agree = (a: Rational, b: Rational) => Math.abs(value(a) / value(b) - 1) <= TOLERANCE;

/**
 * `base` is the rate that most pictures keep (ffmpeg's r_frame_rate, or counted), `average` their number over their
 * time. Where they differ the rate is variable and the average counts.
 */
export function pace(base: Rational | undefined, average: Rational | undefined): Pace {
  if (base && average && agree(base, average)) return { rate: nearest(base, 0.0005) ?? base, variable: false };
  const rate = average ?? base;
  if (!rate) return { rate: { numerator: 30, denominator: 1 }, variable: false };
  return { rate: rounded(rate), variable: base !== undefined && average !== undefined };
}

/** The pace of pictures shown at these times, of a file that does not state one or whose statements contradict. */
export function countedPace(times: number[]): Pace | undefined {
  const ordered = Float64Array.from(times).sort();
  const seconds = ordered.at(-1)! - ordered[0]!;
  if (ordered.length < 2 || seconds <= 0) return undefined;
  const middle = ordered
    .subarray(1)
    .map((time, index) => time - ordered[index]!)
    .sort()[Math.floor((ordered.length - 1) / 2)]!;
  const average = thousandths((ordered.length - 1) / seconds);
  // Times in whole milliseconds are too coarse to tell the rate: the average is near it when it is constant at all.
  const variable = middle <= 0 || !agree(thousandths(1 / middle), average);
  // One picture more or less, and it is a whole rate: rather a picture shown twice now and then than one lost.
  const whole = nearest(average, Math.min(0.02, 1 / (ordered.length - 1)), WHOLE);
  return { rate: whole ?? rounded(average), variable };
}

const thousandths = (rate: number): Rational => ({
  numerator: Math.max(1, Math.round(rate * 1000)),
  denominator: 1000,
});
const rounded = (rate: Rational): Rational => nearest(rate, 0.02) ?? thousandths(value(rate));

/** Rates MediaConvert gives to video of a variable rate that is to follow its source. */
const FOLLOWING = [1, 5, 10, 15, 24, 30, 50, 60];

/**
 * The output's rate by INITIALIZE_FROM_SOURCE: the source's own when that is constant, else its average "rounded to the
 * nearest whole-number, standard frame rate: 1, 5, 10, 15, 24, 30, 50, or 60 fps" (user guide, variable frame rates).
 */
export function followedRate({ rate, variable }: Pace): Rational {
  if (!variable) return rate;
  const off = (standard: number) => Math.abs(standard - value(rate));
  // Ties go to the higher rate: no picture is lost.
  return { numerator: FOLLOWING.toSorted((a, b) => off(a) - off(b) || b - a)[0]!, denominator: 1 };
}

const WHOLE = STANDARD.filter(({ denominator }) => denominator === 1);

function nearest(rate: Rational, tolerance: number, standards = STANDARD): Rational | undefined {
  const off = (standard: Rational) => Math.abs(value(standard) / value(rate) - 1);
  const best = standards.toSorted((a, b) => off(a) - off(b))[0]!;
  return off(best) <= tolerance ? best : undefined;
}
