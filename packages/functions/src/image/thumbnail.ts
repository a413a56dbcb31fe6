import { IMAGE_THUMBNAIL_SIDE } from "@dropclip/core/limits";
import type { Sharp } from "sharp";

const QUALITY = 75;
const SIZE = {
  width: IMAGE_THUMBNAIL_SIDE,
  height: IMAGE_THUMBNAIL_SIDE,
  fit: "inside",
  withoutEnlargement: true,
} as const;

/** A small WebP of a picture, as it stands in lists. What is transparent stays so. */
export const thumbnailOf = (image: Sharp): Promise<Uint8Array> =>
  image.resize(SIZE).toColourspace("srgb").webp({ quality: QUALITY }).toBuffer();
