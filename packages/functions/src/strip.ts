import { IMAGE_PIXELS } from "@dropclip/core/limits";
import sharp from "sharp";

/** Of what is written anew. */
const QUALITY = 90;

/**
 * Whether a picture tells more than it shows (EXIF with its place and device, IPTC, XMP, comments), and if so the same
 * picture, upright, in its own format and without. `unreadable` when it cannot be decoded.
 */
export async function strip(bytes: Uint8Array): Promise<"clean" | "unreadable" | Uint8Array> {
  try {
    const image = sharp(bytes, { limitInputPixels: IMAGE_PIXELS, failOn: "error", animated: true });
    const { exif, iptc, xmp, tifftagPhotoshop, comments, format } = await image.metadata();
    if (!exif && !iptc && !xmp && !tifftagPhotoshop && !comments?.length) return "clean";
    // AVIF is heif to sharp.
    return await image
      .autoOrient()
      .toFormat(format === "heif" ? "avif" : format, { quality: QUALITY })
      .toBuffer();
  } catch (error) {
    // Whatever a decoder says about bytes a user sent is about the bytes; being out of memory is about us.
    if (error instanceof RangeError) throw error;
    return "unreadable";
  }
}
