export * as Content from "./content.ts";

import { fileTypeFromBuffer } from "file-type";
import type { ContentType } from "./file-types.ts";

/** What file-type 22 calls the content of the videos that are taken. */
const VIDEOS = new Set([
  "video/mp4",
  "video/quicktime",
  "video/x-m4v",
  "video/webm",
  "video/matroska",
  "video/x-matroska",
  "video/vnd.avi",
  "video/3gpp",
  "video/3gpp2",
  "video/mp2t",
]);

/** HEIC and AVIF are both HEIF: one container, whose codec only its item tells. */
export type PictureFormat = "jpeg" | "png" | "webp" | "gif" | "heif";

/** How each begins; file-type believes less than this of some, such as a comment that holds "ftypavif". */
const SIGNATURES: [PictureFormat, RegExp][] = [
  ["jpeg", /^\xff\xd8\xff/],
  ["png", /^\x89PNG\r\n.\n/],
  ["webp", /^RIFF.{4}WEBPVP8[ LX]/s],
  ["gif", /^GIF8[79]a/],
];

/** First brands of HEIF (ISO/IEC 23008-12, MIAF, AVIF), whatever the codec: pictures, collections and sequences. */
const HEIF_BRANDS = new Set(
  "mif1 mif2 mif3 msf1 miaf heic heix heim heis hevc hevx hevm hevs avif avis avci avcs jpeg jpgs j2ki j2is vvic vvis".split(
    " ",
  ),
);
/** A film may carry a cover in HEIF; its first brand then is a film's. */
const FILM_BRAND = /^(isom|iso\d|mp4\d|avc1|qt {2}|M4V |3g..|dash|MSNV)$/;

/** The picture format the first bytes are those of; undefined for anything else, SVG and HTML included. */
export function pictureFormat(head: Uint8Array): PictureFormat | undefined {
  const text = latin1(head.subarray(0, 16));
  return SIGNATURES.find(([, signature]) => signature.test(text))?.[0] ?? (isHeif(head) ? "heif" : undefined);
}

/** The kind of media the first bytes are those of; undefined for anything else. */
export async function typeOf(head: Uint8Array): Promise<ContentType | undefined> {
  if (pictureFormat(head)) return "image";
  const found = await fileTypeFromBuffer(head);
  return found && VIDEOS.has(found.mime) ? "video" : undefined;
}

/** Whether the first bytes are those of a picture browsers show; of HEIF that is only AVIF. */
export function isPicture(head: Uint8Array): boolean {
  const format = pictureFormat(head);
  return format === "heif" ? brands(head).some((brand) => /^avi[fs]$/.test(brand)) : format !== undefined;
}

function isHeif(head: Uint8Array): boolean {
  const [major, ...compatible] = brands(head);
  if (major === undefined) return false;
  if (HEIF_BRANDS.has(major)) return true;
  return !FILM_BRAND.test(major) && compatible.some((brand) => HEIF_BRANDS.has(brand));
}

/** More brands than any file lists; a longer box is no `ftyp`. */
const BRANDS_MAX = 64;

/**
 * The brands of the `ftyp` box the bytes begin with, the major one first; none when they do not begin with a whole one.
 */
function brands(head: Uint8Array): string[] {
  if (head.length < 16 || latin1(head.subarray(4, 8)) !== "ftyp") return [];
  const bytes = new DataView(head.buffer, head.byteOffset, head.length).getUint32(0);
  if (bytes < 16 || bytes % 4 || bytes > head.length || bytes > 16 + 4 * BRANDS_MAX) return [];
  const text = latin1(head.subarray(0, bytes));
  return [text.slice(8, 12), ...(text.slice(16).match(/.{4}/gs) ?? [])];
}

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);
