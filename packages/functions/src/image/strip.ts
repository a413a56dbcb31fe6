import { Content } from "@dropclip/core/content";
import { FileTypes } from "@dropclip/core/file-types";
import { PICTURE_FRAMES, PICTURE_PIXELS } from "@dropclip/core/limits";
import { NotAPicture, type Reason, TooManyFrames, TooManyPixels } from "@dropclip/core/reasons";
import { blamed, Unreadable } from "./failure.ts";
import { open } from "./open.ts";

/** No visible difference, and about the same file size. */
const QUALITY = { quality: 90 };
/**
 * By extension. With a quality sharp would leave a PNG 256 colours; AVIF's usual effort takes a minute instead of
 * seconds.
 */
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
 * EXIF, but also in comments, in unknown segments and behind the picture's end. Refused when it cannot be decoded, or
 * is too large for that. Throws when the failure is ours.
 */
export async function strip(
  bytes: Uint8Array,
  extension: string,
): Promise<{ bytes: Uint8Array } | { refused: Reason }> {
  const none = { refused: NotAPicture(FileTypes.PICTURES) };
  const [format, options] = FORMATS[extension as keyof typeof FORMATS] ?? [];
  if (!format || !Content.isPicture(bytes)) return none;
  try {
    const { width, height, frames, image } = await open(bytes, ANIMATED.has(extension));
    if (frames > PICTURE_FRAMES) return { refused: TooManyFrames(frames, PICTURE_FRAMES) };
    if (width * height > PICTURE_PIXELS) return { refused: TooManyPixels(width, height, PICTURE_PIXELS / 1e6) };
    const made = (await image()).toColourspace("srgb").toFormat(format, options);
    return { bytes: await blamed(made.toBuffer()) };
  } catch (error) {
    if (error instanceof Unreadable) return none;
    throw error;
  }
}
