import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The commands MediaConvert runs on: `DROPCLIP_FFMPEG` and `DROPCLIP_FFPROBE`, else those on the PATH. One clear line
 * when they are missing. They are looked for, not run: loading their libraries takes a tenth of a second each.
 */
export function findFfmpeg(): { ffmpeg: string; ffprobe: string } {
  const found = { ffmpeg: process.env.DROPCLIP_FFMPEG || "ffmpeg", ffprobe: process.env.DROPCLIP_FFPROBE || "ffprobe" };
  for (const command of Object.values(found)) {
    if (!places(command).some(isProgram)) {
      throw new Error(
        `${command} is missing: install ffmpeg (Debian and Ubuntu: apt-get install ffmpeg, macOS: brew install ffmpeg)`,
      );
    }
  }
  return found;
}

/** Where a command may be: a path is one place, a name is looked for in the folders of the PATH. */
function places(command: string): string[] {
  if (command.includes("/") || command.includes("\\")) return [command];
  return (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder || ".", command));
}

function isProgram(path: string): boolean {
  const names = process.platform === "win32" ? [path, `${path}.exe`] : [path];
  return names.some((name) => {
    try {
      accessSync(name, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
