import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { MediaConvertContext } from "../context.ts";
import { JobError } from "../errors.ts";
import { type Outcome, run } from "./child.ts";

export interface Progress {
  frames: number;
  /** How much of the input has been encoded. */
  seconds: number;
}

interface Transcode {
  args: string[];
  /** Working directory of ffmpeg, which takes all its files. */
  scratch: string;
  uri: string;
  durationSeconds?: number;
  signal: AbortSignal;
  onStart: (pid: number) => void;
  onProgress: (progress: Progress) => void;
}

/** Seconds of input a job gets time for when its length is not stated, and at most for what is stated. */
const DURATION_UNKNOWN = 600;
const DURATION_BELIEVED = 6 * 3600;

/** Runs ffmpeg to the end. Throws JobError with MediaConvert's code for what went wrong. */
export async function transcode(context: MediaConvertContext, job: Transcode): Promise<Progress> {
  const { limits, world } = context;
  // Too much output aborts ffmpeg as a cancelled job does, but ends in an error.
  const tooMuch = new AbortController();
  const signal = AbortSignal.any([job.signal, tooMuch.signal]);
  const progress: Progress = { frames: 0, seconds: 0 };
  let buffered = "";
  let measuring = false;
  const onStdout = (text: string) => {
    const lines = (buffered + text).split("\n");
    buffered = lines.pop()!;
    for (const line of lines) note(progress, line);
    job.onProgress(progress);
    if (measuring) return;
    measuring = true;
    folderBytes(job.scratch)
      .then((bytes) => {
        if (bytes > limits.outputBytes)
          tooMuch.abort(new JobError(1999, "The outputs are larger than the limit of the local MediaConvert"));
      })
      .finally(() => {
        measuring = false;
      });
  };
  // Headers state any length: what has been encoded counts as soon as it is more, and no statement counts for ever.
  const stated = Math.min(job.durationSeconds ?? DURATION_UNKNOWN, DURATION_BELIEVED);
  const timeoutMs = () => limits.jobBaseMs + limits.jobMsPerSecond * Math.max(stated, progress.seconds);
  const options = { clock: world.clock, limits, timeoutMs, cwd: job.scratch, signal, onStart: job.onStart, onStdout };
  // A user who wonders what a job does can run exactly this; the benchmark does.
  world.log({ service: "mediaconvert", level: "debug", message: `ffmpeg command ${JSON.stringify(job.args)}` });
  const outcome = await run(context.ffmpeg, job.args, options);
  judge(outcome, job.uri, context);
  return progress;
}

function note(progress: Progress, line: string) {
  const [key, text] = line.split("=");
  const number = Number(text);
  if (!Number.isFinite(number)) return;
  if (key === "frame") progress.frames = number;
  if (key === "out_time_us") progress.seconds = Math.max(progress.seconds, number / 1e6);
}

function judge({ code, signal, stderr, timedOut }: Outcome, uri: string, context: MediaConvertContext) {
  if (timedOut) throw new JobError(1999, "The job took longer than the limit of the local MediaConvert");
  // ffmpeg makes the best of a file that ends too early; MediaConvert fails the job.
  if (/partial file|File ended prematurely|truncat/i.test(stderr))
    throw new JobError(1075, "Demux: [ReadPacketData File read failed - end of file hit. Is file truncated?]");
  if (code === 0) return;
  context.world.log({ service: "mediaconvert", level: "warn", message: "ffmpeg failed", uri, code, signal, stderr });
  if (/Invalid data found when processing input|Error opening input/.test(stderr))
    throw new JobError(
      1010,
      `Unable to open input file [${uri}]: [Failed probe/open: [No parser found for container]]`,
    );
  if (/Decoder .* not found|Unknown decoder|Decoding requested, but no decoder/.test(stderr))
    throw new JobError(1030, `Unsupported codec in input file [${uri}]`);
  if (
    /Cannot determine format of input stream|Error while decoding|Error submitting packet to decoder|Cannot allocate memory|max_pixels/.test(
      stderr,
    )
  )
    throw new JobError(1075, `Demux: [the input file could not be decoded: ${uri}]`);
  throw new JobError(1999, `Unexpected error: ffmpeg ended with ${signal ?? `exit status ${code}`}`);
}

/** What the files of a folder hold. */
export async function folderBytes(folder: string): Promise<number> {
  let total = 0;
  for (const name of await readdir(folder).catch(() => []))
    total += await stat(join(folder, name)).then(
      ({ size }) => size,
      // ffmpeg renames its segments when they are done.
      () => 0,
    );
  return total;
}
