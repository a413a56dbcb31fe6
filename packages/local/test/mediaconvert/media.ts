import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Small real files, each of which shows one kind of fault; kept beside the repository. */
const FAULTS = join(import.meta.dirname, "../../../../../shared/media/faults");
export const faultsThere = existsSync(FAULTS);
if (!faultsThere) console.warn(`skipped: ${FAULTS} is not there, the files in it are not checked`);
export const fault = (name: string) => join(FAULTS, name);

/** Every picture of a file as it stands in it, scaled to `width` by `height` and grey, one list of values each. */
export function pictures(file: string, width: number, height: number, ...options: string[]): number[][] {
  const raw = ["-vf", `scale=${width}:${height}:flags=area`, "-f", "rawvideo", "-pix_fmt", "gray", "-"];
  const args = ["-v", "error", ...options, "-noautorotate", "-i", file, "-map", "0:v:0", "-fps_mode", "passthrough"];
  const bytes = execFileSync("ffmpeg", [...args, ...raw], { maxBuffer: 2 ** 28 });
  const size = width * height;
  return Array.from({ length: bytes.length / size }, (_, n) => [...bytes.subarray(n * size, (n + 1) * size)]);
}

/** How loud a file is over all, in dB of full scale. */
export function loudness(file: string): number {
  const volume = ["-nostats", "-i", file, "-vn", "-af", "astats=measure_perchannel=none", "-f", "null", "-"];
  const text = execFileSync("sh", ["-c", 'ffmpeg "$@" 2>&1', "sh", ...volume], { encoding: "utf8" });
  return Number(/RMS level dB: (-?[\d.]+|-inf)/.exec(text)![1]);
}

/** Seconds from a file's first white picture to the begin of its tone. */
export function toneAfterWhite(file: string): number {
  const times = execFileSync("ffprobe", ["-v", "error", "-select_streams", "v", ...SHOWN, file], { encoding: "utf8" });
  const white = pictures(file, 1, 1).findIndex(([grey]) => grey! > 128);
  const args = ["-hide_banner", "-nostats", "-i", file, "-vn", "-af", "silencedetect=n=-30dB:d=0.1", "-f", "null", "-"];
  const text = execFileSync("sh", ["-c", 'ffmpeg "$@" 2>&1', "sh", ...args], { encoding: "utf8" });
  return Number(/silence_end: ([\d.]+)/.exec(text)![1]) - Number(times.split("\n")[white]!.split(",")[0]);
}
const SHOWN = ["-show_entries", "frame=pts_time", "-of", "csv=p=0"];

/** Pictures that tell their number by their grey, for `seconds`; `numbers` reads it. As ffmpeg's input and filter. */
export const numbered = (rate: string, seconds: number) => [
  ...["-f", "lavfi", "-i", `color=black:s=64x64:r=${rate}:d=${seconds},format=yuv420p,geq=lum='${GREY}':cb=128:cr=128`],
];
/** Coarse grey on the left, fine grey on the right, so that up to 256 numbers survive the encoder. */
const GREY = "32+12*if(lt(X,32),floor(N/16),mod(N,16))";

/** The numbers of a file's pictures, in order. */
export const numbers = (file: string, ...options: string[]) =>
  pictures(file, 2, 1, ...options).map(([left, right]) => 16 * digit(left!) + digit(right!));
// Grey comes in full range.
const digit = (grey: number) => Math.max(0, Math.round(((grey * 219) / 255 + 16 - 32) / 12));
