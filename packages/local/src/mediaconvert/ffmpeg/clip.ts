import type { Input } from "@aws-sdk/client-mediaconvert";
import { JobError } from "../errors.ts";
import { followedRate, type Rational, value } from "./rates.ts";
import type { VideoTrack } from "./source.ts";

/** The part of an input that is used, in seconds from the file's beginning; the end is the first moment left out. */
export interface Clip {
  start?: number;
  end?: number;
}

/** Timestamps are rounded, Matroska's to the millisecond: a picture this little before a cut belongs behind it. */
const SLACK_SECONDS = 0.001;
/**
 * Sound that begins so much before the picture is an encoder's run-up; more is meant, and the first picture stands till
 * then.
 */
const RUN_UP_SECONDS = 0.1;
/**
 * "When you specify an input clip for an audio-only input, the last numbers … correspond to hundredths of a second"
 * (user guide).
 */
const HUNDREDTHS: Rational = { numerator: 100, denominator: 1 };

/**
 * What is used of an input without a clip: all, but for what comes before the place in the row of even times that its
 * first picture opens. Were the pictures to fall between two places, times that waver would be rounded up and down, and
 * pictures shown twice and lost.
 */
function whole(track: VideoTrack | undefined): Clip {
  const origin = track?.startSeconds ?? 0;
  if (!track || origin <= SLACK_SECONDS) return {};
  const interval = 1 / value(followedRate(track.pace));
  const start = origin <= RUN_UP_SECONDS ? origin : origin % interval;
  return start > SLACK_SECONDS ? { start: start - SLACK_SECONDS } : {};
}

/**
 * The clip of an input whose timecodes count its pictures from zero; both the picture at the start and the one at the
 * end timecode are in it (SDK documentation of InputClipping). Throws JobError 1060 when it ends before it begins.
 */
export function clipOf(input: Input, track: VideoTrack | undefined): Clip {
  const origin = track?.startSeconds ?? 0;
  const clipping = input.InputClippings?.[0];
  if (!clipping) return whole(track);
  const rate = track ? followedRate(track.pace) : HUNDREDTHS;
  const { StartTimecode: from, EndTimecode: to } = clipping;
  const first = from === undefined ? undefined : framesUntil(from, rate);
  const last = to === undefined ? undefined : framesUntil(to, rate);
  if (last !== undefined && last < (first ?? 0)) throw outside(input);
  const at = (frames: number) => Math.max(0, origin + frames / value(rate) - SLACK_SECONDS);
  return {
    // Counting begins with the first picture, however long sound went before it.
    start: at(first ?? 0) || undefined,
    end: last === undefined ? undefined : at(last + 1),
  };
}

/** Filters that cut the clip out, its start becoming zero; `a` for sound. */
export function clipFilters({ start, end }: Clip, kind: "" | "a" = ""): string[] {
  const bounds = [
    start === undefined ? "" : `start=${start.toFixed(6)}`,
    end === undefined ? "" : `end=${end.toFixed(6)}`,
  ];
  if (start === undefined && end === undefined) return [];
  const trim = `${kind}trim=${bounds.filter(Boolean).join(":")}`;
  return start === undefined ? [trim] : [trim, `${kind}setpts=PTS-${start.toFixed(6)}/TB`];
}

/** JobError 1060: nothing of the input lies within its clip. */
export function outside(input: Input) {
  const { StartTimecode = "", EndTimecode = "" } = input.InputClippings![0]!;
  return new JobError(1060, `Input clipping [${StartTimecode} - ${EndTimecode}] is outside of the input`);
}

/**
 * Pictures before a timecode, which counts them at the whole number nearest to the rate: 30 for 29.97. With `;` it
 * leaves out two numbers (four at 60) a minute, but for every tenth, to stay with the clock (SMPTE ST 12-1).
 */
function framesUntil(timecode: string, rate: Rational): number {
  const nominal = Math.max(1, Math.round(value(rate)));
  const [hours, minutes, seconds, frames] = timecode.split("@")[0]!.split(/[:;]/).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const count = (hours * 3600 + minutes * 60 + seconds) * nominal + frames;
  if (!timecode.includes(";") || nominal % 30 !== 0) return count;
  const total = hours * 60 + minutes;
  return count - (nominal / 15) * (total - Math.floor(total / 10));
}
