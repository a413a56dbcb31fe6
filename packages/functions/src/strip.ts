import { IMAGE_PIXELS } from "@dropclip/core/limits";
import sharp from "sharp";

/** Nobody sees a difference, and files stay of their size. */
const QUALITY = { quality: 90 };
/** With a quality sharp would leave a PNG 256 colours; AVIF at its usual effort takes a minute where this takes seconds. */
const OPTIONS: Record<string, object> = { png: {}, avif: { ...QUALITY, effort: 1 } };

/**
 * The same picture, upright, in its own format and of nothing but its pixels: place and device hide in EXIF, but also in
 * comments, in unknown segments and behind the picture's end. Undefined when it cannot be decoded.
 */
export async function strip(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const image = sharp(bytes, { limitInputPixels: IMAGE_PIXELS, failOn: "error", animated: true });
    const { format } = await image.metadata();
    // AVIF is heif to sharp.
    const target = format === "heif" ? "avif" : format;
    return await image
      .autoOrient()
      .toFormat(target, OPTIONS[target] ?? QUALITY)
      .toBuffer();
  } catch (error) {
    // Whatever a decoder says about bytes a user sent is about the bytes; being out of memory is about us.
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}
