import { readFileSync } from "node:fs";
import { join } from "node:path";
import { convert } from "@dropclip/functions/image";
import { chromaticities } from "@dropclip/functions/image/colour";
import { profile } from "@dropclip/functions/image/icc";
import sharp from "sharp";
import { coded, heif, icc } from "../packages/functions/test/heif.ts";
import { generate } from "../test/support/cloud.ts";

const SIZE = { width: 4032, height: 3024 };
const HEICS = 200;
const AVIFS = 21;
/** By this many photos memory has reached its final size. */
const WARM = 20;

/**
 * Converts 12-megapixel photos as phones write them, one after the other in one process: time, and memory that stays.
 */
export async function images(folder: string) {
  const heic = await phonePhoto(folder);
  const frame = await generate(join(folder, "frame.png"), ...SOURCE);
  const avif = await sharp(readFileSync(frame)).avif({ quality: 60, effort: 0 }).toBuffer();
  const first = await run(heic, WARM);
  const rest = await run(heic, HEICS - WARM);
  const avifs = await run(avif, AVIFS);
  return {
    heicMB: Number((heic.length / 1e6).toFixed(1)),
    heicMsP50: rest.msP50,
    heicMemoryMiB: { first: first.memoryMiB, last: rest.memoryMiB },
    avifMsP50: avifs.msP50,
    avifMemoryMiB: avifs.memoryMiB,
  };
}

/** A picture with much detail and some noise. */
const SOURCE = [
  "-f",
  "lavfi",
  "-i",
  `mandelbrot=size=${SIZE.width}x${SIZE.height}`,
  "-vf",
  "noise=alls=6",
  "-frames:v",
  "1",
];

/** HEVC in 4:2:0 with a Display P3 profile. */
async function phonePhoto(folder: string): Promise<Buffer> {
  const encoding = ["-pix_fmt", "yuvj420p", "-c:v", "libx265", "-preset", "ultrafast", "-crf", "14", "-f", "hevc"];
  const stream = await generate(join(folder, "photo.hevc"), ...SOURCE, ...encoding);
  const p3 = icc(profile(chromaticities(12), undefined));
  return heif({ items: [coded(readFileSync(stream), { ...SIZE, chroma: 1, bits: 8 }, p3)] });
}

async function run(bytes: Buffer, count: number) {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const began = performance.now();
    const result = await convert(bytes);
    if ("refused" in result) throw new Error(result.refused.message);
    times.push(performance.now() - began);
  }
  const msP50 = Math.round(times.toSorted((a, b) => a - b)[Math.floor(count / 2)]!);
  return { msP50, memoryMiB: Math.round(process.memoryUsage().rss / 2 ** 20) };
}
