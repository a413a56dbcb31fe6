import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CliError } from "../errors.ts";

const run = promisify(execFile);

const SAMPLES = {
  "clip.mp4": [
    ...["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30:duration=6"],
    ...["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=6"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"],
  ],
  "photo.jpg": ["-f", "lavfi", "-i", "testsrc2=size=1600x1200", "-frames:v", "1", "-q:v", "3"],
};

/** Paths of a short sample clip and photo, which ffmpeg makes at the first use; kept in `directory`. */
export async function sampleFiles(directory: string, signal: AbortSignal): Promise<string[]> {
  mkdirSync(directory, { recursive: true });
  const paths: string[] = [];
  for (const [name, options] of Object.entries(SAMPLES)) {
    const path = join(directory, name);
    if (!existsSync(path)) await generate(path, join(directory, `draft-${name}`), options, signal);
    paths.push(path);
  }
  return paths;
}

/** Written under another name first: a stopped run must not leave half a clip. */
async function generate(path: string, draft: string, options: string[], signal: AbortSignal) {
  try {
    await run(process.env.DROPCLIP_FFMPEG || "ffmpeg", ["-v", "error", "-nostdin", "-y", ...options, draft], {
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    const why = code === "ENOENT" ? "ffmpeg is not installed" : (stderr || String(error)).trim().split("\n").at(-1);
    throw new CliError(`no sample could be made: ${why}`);
  }
  renameSync(draft, path);
}
