import { run } from "./child.ts";
import type { Context } from "./context.ts";
import { confinement } from "./inspect.ts";

/**
 * The length in seconds of a file that does not state it, as browsers record WebM: its packets are read to the end,
 * nothing is decoded. Undefined when even that gives none.
 */
export async function measure(context: Context, path: string, signal?: AbortSignal): Promise<number | undefined> {
  const { limits, world, ffmpeg } = context;
  const args = ["-v", "error", "-nostdin", "-nostats", "-progress", "pipe:1"];
  args.push(...confinement(limits.allocationBytes), "-i", `file:${path}`);
  args.push("-map", "0:v?", "-map", "0:a?", "-c", "copy", "-f", "null", "-");
  let tail = "";
  const onStdout = (text: string) => {
    tail = (tail + text).slice(-4096);
  };
  await run(ffmpeg, args, { clock: world.clock, limits, timeoutMs: limits.probeMs, signal, onStdout });
  const [last] = [...tail.matchAll(/out_time_us=(\d+)/g)].slice(-1);
  return last && Number(last[1]) > 0 ? Number(last[1]) / 1e6 : undefined;
}
