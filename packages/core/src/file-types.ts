export * as FileTypes from "./file-types.ts";

import { fileTypeFromBuffer } from "file-type";

export type ContentType = "video" | "image";

/** What fans' phones and cameras write: extension → media type as it is stored with the object. */
const TYPES: Record<string, { contentType: ContentType; type: string }> = {
  mp4: { contentType: "video", type: "video/mp4" },
  mov: { contentType: "video", type: "video/quicktime" },
  m4v: { contentType: "video", type: "video/x-m4v" },
  webm: { contentType: "video", type: "video/webm" },
  mkv: { contentType: "video", type: "video/x-matroska" },
  avi: { contentType: "video", type: "video/x-msvideo" },
  "3gp": { contentType: "video", type: "video/3gpp" },
  mts: { contentType: "video", type: "video/mp2t" },
  jpg: { contentType: "image", type: "image/jpeg" },
  png: { contentType: "image", type: "image/png" },
  webp: { contentType: "image", type: "image/webp" },
  heic: { contentType: "image", type: "image/heic" },
  avif: { contentType: "image", type: "image/avif" },
  gif: { contentType: "image", type: "image/gif" },
};

/** Other spellings of the same. */
const ALIASES: Record<string, string> = { jpeg: "jpg", heif: "heic", m2ts: "mts", "3gpp": "3gp", qt: "mov" };

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

/** Every extension that is taken. */
export const EXTENSIONS = Object.keys(TYPES);

/** The file's kind, canonical extension and stored media type by its name; undefined when such files are not taken. */
export function byName(fileName: string) {
  const written = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
  const extension = ALIASES[written] ?? written;
  return Object.hasOwn(TYPES, extension) ? { extension, ...TYPES[extension]! } : undefined;
}

/** The kind of media the first bytes are those of; undefined for anything else, SVG and HTML included. */
export async function byContent(head: Uint8Array): Promise<ContentType | undefined> {
  const found = await fileTypeFromBuffer(head);
  return found && CONTENT[found.mime];
}
