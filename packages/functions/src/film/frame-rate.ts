import type { EncodedPacket } from "mediabunny";

/** Rates that are written as a fraction of 1001, and how close to one a frame's length is. */
const NTSC = 1001 / 1000;
const EXACT = 0.0005;
/** Seconds. Containers round. */
const ROUNDING = 0.0005;

/**
 * Frames a second of a stream whose frames come evenly, as MediaConvert writes them, exactly; the muxer then counts
 * time in them. Undefined where its first frame does not stand at a whole number of them: it would be moved.
 */
export function frameRate(first: Pick<EncodedPacket, "timestamp" | "duration"> | null): number | undefined {
  if (!first || first.duration <= 0) return undefined;
  const told = 1 / first.duration;
  const rate = [Math.round(told), (Math.round(told * NTSC) * 1000) / 1001].find(
    (one) => one > 0 && Math.abs(told - one) / one < EXACT,
  );
  if (rate === undefined) return undefined;
  const frames = first.timestamp * rate;
  return Math.abs(frames - Math.round(frames)) / rate < ROUNDING ? rate : undefined;
}
