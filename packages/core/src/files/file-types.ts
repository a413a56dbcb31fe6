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

/** What devices call the same types. */
const TYPE_ALIASES: Record<string, string> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/x-png": "image/png",
  "image/heif": "image/heic",
  "image/heic-sequence": "image/heic",
  "image/heif-sequence": "image/heic",
  "video/matroska": "video/x-matroska",
  "video/avi": "video/x-msvideo",
  "video/vnd.avi": "video/x-msvideo",
  "video/3gpp2": "video/3gpp",
};
/** What stands behind a name's last dot, where it looks like an extension and not like part of a date or a title. */
const EXTENSION = /\.[a-z][a-z0-9]{1,4}$/i;

/**
 * The same by name and by the type the device tells: pickers of some phones give names without an extension. A name
 * that has one is believed.
 */
export function of({ name, type = "" }: { name: string; type?: string | undefined }) {
  const named = byName(name);
  if (named || EXTENSION.test(name)) return named;
  const told = type.toLowerCase().split(";")[0]!.trim();
  const extension = EXTENSIONS.find((one) => TYPES[one]!.type === (TYPE_ALIASES[told] ?? told));
  return extension ? { extension, ...TYPES[extension]! } : undefined;
}

/** Whether a device says that a file is of another kind than its name tells; of many it only knows that it is data. */
export const contradicts = (type: string | undefined, contentType: ContentType) =>
  /^(image|video|text)\//i.test(type ?? "") && !type!.toLowerCase().startsWith(`${contentType}/`);
