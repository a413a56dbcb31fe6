import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { findFfmpeg } from "@dropclip/local/ffmpeg";
import sharp from "sharp";
import { generate } from "./cloud.ts";

const IDENTITY = Buffer.from("000100000000000000000000000000000001000000000000000000000000000040000000", "hex");

/**
 * Red, green, blue and yellow from the upper left to the lower right, as it is stored; shown by the four numbers of
 * `matrix`.
 */
export async function quarters(file: string, [a, b, c, d]: readonly number[]): Promise<string> {
  const fill = (x: number, y: number, color: string) => `drawbox=x=${x}:y=${y}:w=160:h=90:color=${color}:t=fill`;
  await generate(
    file,
    ...["-f", "lavfi", "-i", "color=red:size=320x180:duration=1:rate=30"],
    ...["-f", "lavfi", "-i", "sine=frequency=440:duration=1"],
    ...["-vf", [fill(160, 0, "lime"), fill(0, 90, "blue"), fill(160, 90, "yellow")].join()],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"],
  );
  // The first matrix is the movie's, the next that of the first track, which is the picture's.
  const bytes = readFileSync(file);
  const at = bytes.indexOf(IDENTITY, bytes.indexOf("tkhd"));
  for (const [index, value] of [a!, b!, 0, c!, d!].entries())
    bytes.writeInt32BE(Math.round(value * 65_536), at + 4 * index);
  // Moved back to where it is seen.
  bytes.writeInt32BE((a! < 0 ? 320 : 0) * 65_536 + (c! < 0 ? 180 * 65_536 : 0), at + 24);
  bytes.writeInt32BE((b! < 0 ? 320 : 0) * 65_536 + (d! < 0 ? 180 * 65_536 : 0), at + 28);
  writeFileSync(file, bytes);
  return file;
}

/** The first picture as a player that follows the header shows it; without `follow` as it is stored. */
export async function frame(input: string, { follow = true } = {}): Promise<Buffer> {
  const { ffmpeg } = findFfmpeg();
  const { stdout } = await promisify(execFile)(
    ffmpeg,
    [
      "-v",
      "error",
      ...(follow ? [] : ["-noautorotate"]),
      "-i",
      input,
      "-frames:v",
      "1",
      "-f",
      "image2",
      "-c:v",
      "png",
      "-",
    ],
    { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout;
}

/**
 * R, G, B or Y of the four quarters, from the upper left to the lower right, behind how wide and high the picture is.
 */
export async function seen(picture: Buffer): Promise<{ size: [number, number]; quarters: string }> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const color = (x: number, y: number) => {
    const at = (Math.floor(y * height) * width + Math.floor(x * width)) * channels;
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!].map((one) => one > 128);
    return blue ? "B" : red ? (green ? "Y" : "R") : green ? "G" : "?";
  };
  const found = [color(0.25, 0.25), color(0.75, 0.25), color(0.25, 0.75), color(0.75, 0.75)];
  return { size: [width, height], quarters: found.join("") };
}
