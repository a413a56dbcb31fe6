import sharp from "sharp";
import { convert } from "../src/image/convert.ts";

/** What a photo is published as: its size, and a pixel in the middle of each quarter. */
export async function shown(bytes: Uint8Array) {
  const result = await convert(bytes);
  if ("refused" in result) throw new Error(result.refused.code);
  const { data, info } = await sharp(result.jpeg).toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const offset = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return [...data.subarray(offset, offset + 3)];
  };
  const patches = [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
  return { width: result.width, height: result.height, patches };
}

/** How far two colours are apart, in the channel in which they are most. */
export const far = (a: number[], b: number[]) => Math.max(...a.map((value, index) => Math.abs(value - b[index]!)));

/** Four patches, as written and as they look when they are Display P3. */
export const WRITTEN = [
  [234, 51, 35],
  [117, 251, 76],
  [128, 128, 128],
  [255, 180, 140],
];
export const SHOWN = [
  [255, 1, 3],
  [4, 255, 0],
  [128, 128, 128],
  [255, 176, 133],
];
