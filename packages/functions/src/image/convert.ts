import { IMAGE_PIXELS, IMAGE_SIDE } from "@dropclip/core/limits";
import { Corrupt, type Reason, TooManyPixels, UnsupportedFormat } from "@dropclip/core/reasons";
import type { Sharp } from "sharp";
import { sharp } from "./codecs.ts";
import { blamed, Unreadable, Unsupported } from "./failure.ts";
import { open } from "./open.ts";
import { thumbnailOf } from "./thumbnail.ts";

export type Converted =
  | { refused: Reason }
  | { jpeg: Uint8Array; thumbnail: Uint8Array; width: number; height: number };

/** Above this quality a phone shows no visible difference. */
const JPEG_QUALITY = 85;

/**
 * Turns a picture of any accepted kind into an upright sRGB JPEG and a small WebP, neither with metadata; transparent
 * parts become white. A picture that cannot be read, or has too many pixels, is refused. Throws when the failure is
 * ours.
 */
export async function convert(bytes: Uint8Array): Promise<Converted> {
  try {
    const { width, height, image } = await open(bytes);
    if (width * height > IMAGE_PIXELS) return { refused: TooManyPixels(width, height, IMAGE_PIXELS / 1e6) };
    return await write(await image());
  } catch (error) {
    if (error instanceof Unsupported) return { refused: UnsupportedFormat(error.format) };
    if (error instanceof Unreadable) return { refused: Corrupt("image") };
    throw error;
  }
}

async function write(image: Sharp): Promise<Converted> {
  // Decoded once: both pictures are made of the pixels that are shown.
  const { data, info } = await blamed(
    image
      .flatten({ background: "#ffffff" })
      .resize({ width: IMAGE_SIDE, height: IMAGE_SIDE, fit: "inside", withoutEnlargement: true })
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  const { width, height, channels } = info;
  const pixels = () => sharp(data, { raw: { width, height, channels }, limitInputPixels: IMAGE_PIXELS });
  const [jpeg, thumbnail] = await Promise.all([
    pixels().jpeg({ quality: JPEG_QUALITY, mozjpeg: false }).toBuffer(),
    thumbnailOf(pixels()),
  ]);
  return { jpeg, thumbnail, width, height };
}
