export * as Content from "./content.ts";

import { fileTypeFromBuffer } from "file-type";
import { type ContentType, FileTypes } from "./file-types.ts";

/** What file-type 22 calls the content of the files above. */
const CONTENT: Record<string, ContentType> = {
  "video/mp4": "video",
  "video/quicktime": "video",
  "video/x-m4v": "video",
  "video/webm": "video",
  "video/matroska": "video",
  "video/x-matroska": "video",
  "video/vnd.avi": "video",
  "video/3gpp": "video",
  "video/3gpp2": "video",
  "video/mp2t": "video",
  "image/jpeg": "image",
  "image/png": "image",
  "image/apng": "image",
  "image/webp": "image",
  "image/heic": "image",
  "image/heif": "image",
  "image/heic-sequence": "image",
  "image/heif-sequence": "image",
  "image/avif": "image",
  "image/gif": "image",
};

/** The kind of media the first bytes are those of; undefined for anything else, SVG and HTML included. */
export async function typeOf(head: Uint8Array): Promise<ContentType | undefined> {
  const found = await fileTypeFromBuffer(head);
  return found && CONTENT[found.mime];
}

/** Whether the first bytes are those of a picture browsers show. */
export async function isPicture(head: Uint8Array): Promise<boolean> {
  const found = await fileTypeFromBuffer(head);
  // file-type tells an animated PNG from a still one; browsers show both.
  const mime = found?.mime === "image/apng" ? "image/png" : found?.mime;
  return FileTypes.PICTURES.some((extension) => FileTypes.TYPES[extension]!.type === mime);
}
