import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The commands MediaConvert runs on: `DROPCLIP_FFMPEG` and `DROPCLIP_FFPROBE`, else those on the PATH. One clear line
 * when they are missing.
 */
export async function findFfmpeg(): Promise<{ ffmpeg: string; ffprobe: string }> {
  const found = { ffmpeg: process.env.DROPCLIP_FFMPEG || "ffmpeg", ffprobe: process.env.DROPCLIP_FFPROBE || "ffprobe" };
  for (const command of Object.values(found)) {
    try {
      await run(command, ["-version"]);
    } catch {
      throw new Error(
        `${command} is missing: install ffmpeg (Debian and Ubuntu: apt-get install ffmpeg, macOS: brew install ffmpeg)`,
      );
    }
  }
  return found;
}
