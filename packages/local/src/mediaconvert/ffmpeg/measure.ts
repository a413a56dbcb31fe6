import type { MediaConvertContext } from "../context.ts";
import { run } from "./child.ts";
import { confinement } from "./confinement.ts";

/** What the packets of one track say, in seconds. */
export interface Measured {
  /** Presentation times in the order of the file; the first million of them. */
  times: number[];
  start: number;
  end: number;
}

const TIMES_MAX = 1_000_000;

/**
 * Reads every packet of a file to the end, decoding nothing, and tells what is there whatever the headers say; by
 * track. Undefined when the file could not be read to its end in the time a probe may take.
 */
export async function measure(
  context: MediaConvertContext,
  path: string,
  signal?: AbortSignal,
): Promise<Map<number, Measured> | undefined> {
  const { limits, world, ffprobe } = context;
  const args = ["-v", "error", ...confinement(limits.allocationBytes), "-i", `file:${path}`];
  args.push("-show_entries", "packet=stream_index,pts_time,dts_time,duration_time", "-of", "csv=p=0");
  const tracks = new Map<number, Measured>();
  let rest = "";
  const onStdout = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) note(tracks, line);
  };
  const { timedOut } = await context.probeSlot(() =>
    run(ffprobe, args, { clock: world.clock, limits, timeoutMs: limits.probeMs, signal, onStdout }),
  );
  return timedOut ? undefined : tracks;
}

function note(tracks: Map<number, Measured>, line: string) {
  const [index, shown, decoded, lasting] = line.split(",").map(Number) as [number, number, number, number];
  const time = Number.isFinite(shown) ? shown : decoded;
  if (!Number.isInteger(index) || !Number.isFinite(time)) return;
  const end = time + Math.max(0, lasting || 0);
  const track = tracks.get(index);
  if (!track) return tracks.set(index, { times: [time], start: time, end });
  if (track.times.length < TIMES_MAX) track.times.push(time);
  track.start = Math.min(track.start, time);
  track.end = Math.max(track.end, end);
}

/** From the first packet's time to the end of the last, whichever tracks they are in. */
export function span(tracks: Map<number, Measured> | undefined): number | undefined {
  if (!tracks || tracks.size === 0) return undefined;
  const all = [...tracks.values()];
  const seconds = Math.max(...all.map(({ end }) => end)) - Math.min(...all.map(({ start }) => start));
  return seconds > 0 ? seconds : undefined;
}
