import { Content } from "@dropclip/core/content";
import { NotAPicture, type Reason, TooManyPixels } from "@dropclip/core/errors";
import { FileTypes } from "@dropclip/core/file-types";
import { PICTURE_PIXELS } from "@dropclip/core/limits";
import sharp from "sharp";

/** Nobody sees a difference, and files stay of their size. */
const QUALITY = { quality: 90 };
/** By extension. With a quality sharp would leave a PNG 256 colours; AVIF's usual effort takes a minute instead of seconds. */
const FORMATS = {
  jpg: ["jpeg", QUALITY],
  png: ["png", {}],
  webp: ["webp", QUALITY],
  avif: ["avif", { ...QUALITY, effort: 1 }],
  gif: ["gif", {}],
} as const;
const ANIMATED = new Set(["gif", "webp"]);

/**
 * The same picture, upright, in the format its extension names and of nothing but its pixels: place and device hide in
 * EXIF, but also in comments, in unknown segments and behind the picture's end. Refused when it cannot be decoded, or is
 * too large for that.
 */
export async function strip(
  bytes: Uint8Array,
  extension: string,
): Promise<{ bytes: Uint8Array } | { refused: Reason }> {
  const none = { refused: NotAPicture(FileTypes.PICTURES) };
  const [format, options] = FORMATS[extension as keyof typeof FORMATS] ?? [];
  if (!format || !(await Content.isPicture(bytes))) return none;
  try {
    const input = { failOn: "error", animated: ANIMATED.has(extension) } as const;
    const { width, height } = await sharp(bytes, { ...input, limitInputPixels: false }).metadata();
    if (width * height > PICTURE_PIXELS) return { refused: TooManyPixels(width, height, PICTURE_PIXELS / 1e6) };
    const image = sharp(bytes, { ...input, limitInputPixels: PICTURE_PIXELS });
    return { bytes: await image.autoOrient().toFormat(format, options).toBuffer() };
  } catch (error) {
    // Whatever a decoder says about bytes a user sent is about the bytes; being out of memory is about us.
    if (error instanceof RangeError) throw error;
    return none;
  }
}
