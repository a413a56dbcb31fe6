import { Corrupt, type Reason, TooManyPixels } from "@dropclip/core/errors";
import { IMAGE_PIXELS, IMAGE_SIDE, IMAGE_THUMBNAIL_SIDE } from "@dropclip/core/limits";
import decodeHeic from "heic-decode";
import sharp, { type Sharp } from "sharp";

/** What is taken, by sharp's names; AVIF is heif there. SVG and PDF, which can name other files, are not. */
const FORMATS = new Set(["jpeg", "png", "webp", "gif", "heif"]);

export type Converted =
  | { refused: Reason }
  | { jpeg: Uint8Array; thumbnail: Uint8Array; width: number; height: number };

/** Beyond this nobody sees a difference on a phone. */
const JPEG_QUALITY = 85;
const WEBP_QUALITY = 75;
const HEIC_BRANDS = /^ftyp(heic|heix|hevc|hevx|heim|heis|mif1|msf1)/;

/**
 * Turns a picture of any accepted kind into an upright sRGB JPEG and a small WebP, neither with metadata; transparent
 * parts become white. A picture that cannot be read, or has too many pixels, is refused.
 */
export async function convert(bytes: Uint8Array): Promise<Converted> {
  try {
    const source = await open(bytes);
    if ("refused" in source) return source;
    // Decoded once: both pictures are made of the pixels that are shown.
    const { data, info } = await source.image
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .resize({ width: IMAGE_SIDE, height: IMAGE_SIDE, fit: "inside", withoutEnlargement: true })
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const pixels = () => sharp(data, { raw: { width, height, channels }, limitInputPixels: IMAGE_PIXELS });
    const side = { width: IMAGE_THUMBNAIL_SIDE, height: IMAGE_THUMBNAIL_SIDE };
    const [jpeg, thumbnail] = await Promise.all([
      pixels().jpeg({ quality: JPEG_QUALITY, mozjpeg: false }).toBuffer(),
      pixels()
        .resize({ ...side, fit: "inside", withoutEnlargement: true })
        .webp({ quality: WEBP_QUALITY })
        .toBuffer(),
    ]);
    return { jpeg, thumbnail, width, height };
  } catch (error) {
    // Whatever a decoder says about bytes a fan sent is about the bytes; being out of memory is about us.
    if (error instanceof RangeError) throw error;
    return { refused: Corrupt("image") };
  }
}

async function open(bytes: Uint8Array): Promise<{ image: Sharp } | { refused: Reason }> {
  if (HEIC_BRANDS.test(Buffer.from(bytes.subarray(4, 12)).toString("latin1"))) return openHeic(bytes);
  const image = sharp(bytes, { limitInputPixels: false, failOn: "error" });
  const { width = 0, height = 0, format } = await image.metadata();
  if (!FORMATS.has(format)) return { refused: Corrupt("image") };
  if (width * height > IMAGE_PIXELS) return { refused: megapixels(width, height) };
  return { image };
}

/** sharp's own libheif cannot decode HEVC (patents); heic-decode's can, and turns the picture upright by itself. */
async function openHeic(bytes: Uint8Array): Promise<{ image: Sharp } | { refused: Reason }> {
  const images = await decodeHeic.all({ buffer: bytes });
  const first = images[0];
  if (!first) return { refused: Corrupt("image") };
  if (first.width * first.height > IMAGE_PIXELS) return { refused: megapixels(first.width, first.height) };
  const { width, height, data } = await first.decode();
  return { image: sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: IMAGE_PIXELS }) };
}

const megapixels = (width: number, height: number) => TooManyPixels(width, height, IMAGE_PIXELS / 1e6);
