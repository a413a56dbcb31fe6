export * as FileTypes from "./file-types.ts";

export type ContentType = "video" | "image";

/** What fans' phones and cameras write: extension → media type as it is stored with the object. */
export const TYPES: Record<string, { contentType: ContentType; type: string }> = {
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
const ALIASES: Record<string, string> = {
  jpeg: "jpg",
  heif: "heic",
  hif: "heic",
  m2ts: "mts",
  "3gpp": "3gp",
  qt: "mov",
};

/** Every extension that is taken. */
export const EXTENSIONS = Object.keys(TYPES);

/** Extensions of what every browser shows as it is: what a flyer or profile picture may be. */
export const PICTURES = ["jpg", "png", "webp", "avif", "gif"];

/** The file's kind, canonical extension and stored media type by its name; undefined when such files are not taken. */
export function byName(fileName: string) {
  const written = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";
  const extension = ALIASES[written] ?? written;
  return Object.hasOwn(TYPES, extension) ? { extension, ...TYPES[extension]! } : undefined;
}

/** Whether a device says that a file is of another kind than its name tells; of many it only knows that it is data. */
export const contradicts = (type: string | undefined, contentType: ContentType) =>
  /^(image|video|text)\//i.test(type ?? "") && !type!.toLowerCase().startsWith(`${contentType}/`);
