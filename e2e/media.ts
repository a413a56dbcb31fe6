import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findFfmpeg } from "@dropclip/local/ffmpeg";
import sharp from "sharp";

const run = promisify(execFile);

let found: ReturnType<typeof findFfmpeg> | undefined;
function commands() {
  found ??= findFfmpeg();
  return found;
}

/** Makes media with ffmpeg; `options` stand before the file. */
export async function generate(file: string, ...options: string[]): Promise<string> {
  const { ffmpeg } = commands();
  await run(ffmpeg, ["-v", "error", "-nostdin", "-y", ...options, file]);
  return file;
}

/** A moving test picture with sound: `seconds`, `size` as `640x360`; `more` stands before the file. */
export const clip = (file: string, { size = "640x360", seconds = 2, rate = 30 } = {}, ...more: string[]) =>
  generate(
    file,
    ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"],
    ...more,
  );

/** What ffprobe reports about a file or URL. */
export async function ffprobe(input: string): Promise<any> {
  const { ffprobe } = commands();
  const { stdout } = await run(ffprobe, ["-v", "error", "-of", "json", "-show_format", "-show_streams", input]);
  return JSON.parse(stdout);
}

/** The place where the clip was filmed, as phones write it. */
export const LOCATION = "+48.8584+002.2945/";
/** The maker of the photo's phone, as in its EXIF. */
export const PHONE = "Dropclip Phone";

/** Files as a fan's phone would send them. */
export interface Sample {
  /** One second of video that names its place. */
  clip: string;
  /** Larger than one PUT takes. */
  bigClip: string;
  /** Taken upright: shown as 400 × 640, stored as 640 × 400. Names its place. */
  photo: string;
  drawing: string;
  /** Named `.jpg`, but not a JPEG. */
  fake: string;
  flyer: string;
  /** A photo of a poster, with all the metadata that photos carry. */
  otherFlyer: string;
}

/** Makes the sample files in `folder`. */
export async function makeSample(folder: string): Promise<Sample> {
  const path = (name: string) => join(folder, name);
  const tiny = { size: "320x180", seconds: 1 };
  const picture = (name: string, size: string) =>
    generate(path(name), "-f", "lavfi", "-i", `testsrc2=size=${size}`, "-frames:v", "1");
  writeFileSync(path("fake.jpg"), "This is no picture.\n".repeat(20));
  return {
    clip: await clip(path("clip.mov"), tiny, "-metadata", `location=${LOCATION}`),
    // Room kept for the index: one second of video comes to 17 MiB without taking long to encode.
    bigClip: await clip(path("big.mp4"), tiny, "-moov_size", String(17 * 1024 ** 2)),
    photo: await withExif(await picture("photo.jpg", "640x400")),
    drawing: await picture("drawing.png", "300x200"),
    fake: path("fake.jpg"),
    flyer: await picture("flyer.png", "400x600"),
    otherFlyer: await withExif(await picture("other-flyer.jpg", "600x400")),
  };
}

async function withExif(file: string): Promise<string> {
  const exif = {
    IFD0: { Make: PHONE },
    IFD3: { GPSLatitudeRef: "N", GPSLatitude: "48/1 51/1 30/1", GPSLongitudeRef: "E", GPSLongitude: "2/1 17/1 40/1" },
  };
  const image = sharp(readFileSync(file)).withExif(exif).withMetadata({ orientation: 6 });
  writeFileSync(file, await image.jpeg().toBuffer());
  return file;
}
