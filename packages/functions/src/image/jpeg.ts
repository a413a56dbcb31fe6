import type { Sharp } from "sharp";
import { sharp } from "./codecs.ts";
import { Exif } from "./exif.ts";
import { blamed, Unreadable } from "./failure.ts";
import { simple } from "./profile.ts";

export * as Jpeg from "./jpeg.ts";

const END = Buffer.from([0xff, 0xd9]);
/** Filler that a decoder reads as pixels if some are missing. */
const MORE = Buffer.alloc(64, 0xa5);
/** Rows at the bottom that such pixels would fill: more than any block has. */
const ROWS = 64;
/** Most segments before the first scan; a few dozen are usual. */
const SEGMENTS_MAX = 1000;
/** The parts of a profile are numbered by one byte. */
const PROFILE_PARTS_MAX = 255;
/** Most scans. A progressive picture has about ten; each costs a pass over all pixels, however few bytes it has. */
const SCANS_MAX = 100;

const APP0 = 0xe0;
const EXIF = 0xe1;
const ICC = 0xe2;
const ADOBE = 0xee;
const COMMENT = 0xfe;
const SCAN = 0xda;
const ICC_HEADER = "ICC_PROFILE\0";
/** Behind the header: the number of this part, and of all parts. */
const ICC_DATA_AT = ICC_HEADER.length + 2;
const SEGMENT_MAX = 65_533;

/**
 * The same JPEG with only pixels, colour data and orientation: other segments that a decoder reads
 * can keep it busy for minutes. Throws Unreadable when it has more scans than any picture needs.
 */
export function lean(bytes: Buffer): Buffer {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  const profile: Buffer[] = [];
  let exif: Buffer | undefined;
  let scans = 0;
  let body = bytes.length;
  walk(bytes, (marker, at, end) => {
    if (marker === SCAN && ++scans > SCANS_MAX) throw new Unreadable(`there are more than ${SCANS_MAX} scans`);
    if (marker === SCAN) body = Math.min(body, at);
    if (body < bytes.length) return;
    const data = () => bytes.subarray(at + 4, end);
    if (marker === EXIF) exif ??= Exif.onlyOrientation(data());
    else if (marker === ICC && begins(data(), ICC_HEADER)) profile.length <= PROFILE_PARTS_MAX && profile.push(data());
    else if (!isExtra(marker, data) && kept.push(bytes.subarray(at, end)) > SEGMENTS_MAX)
      throw new Unreadable(`there are more than ${SEGMENTS_MAX} segments`);
  });
  const added = [...(exif ? [segment(EXIF, exif)] : []), ...iccSegments(profile)];
  return Buffer.concat([kept[0]!, ...added, ...kept.slice(1), bytes.subarray(body)]);
}

const begins = (data: Buffer, text: string) => data.toString("latin1", 0, text.length) === text;

/** What applications add; but two of theirs say how colours are stored. */
function isExtra(marker: number, data: () => Buffer): boolean {
  if (marker === APP0) return !begins(data(), "JFIF\0");
  if (marker === ADOBE) return !begins(data(), "Adobe");
  return (marker > APP0 && marker <= APP0 + 15) || marker === COMMENT;
}

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(2 + data.length, 2);
  return Buffer.concat([head, data]);
}

/** A profile comes in numbered parts; a number that comes twice means none. */
function iccSegments(parts: Buffer[]): Buffer[] {
  const sorted = parts.toSorted((one, other) => one[ICC_DATA_AT - 2]! - other[ICC_DATA_AT - 2]!);
  if (sorted.length === 0 || sorted.some((part, index) => part[ICC_DATA_AT - 2] !== index + 1)) return [];
  const profile = simple(Buffer.concat(sorted.map((part) => part.subarray(ICC_DATA_AT))));
  const size = SEGMENT_MAX - ICC_DATA_AT;
  const count = Math.ceil(profile.length / size);
  return Array.from({ length: count }, (_, index) =>
    segment(
      ICC,
      Buffer.concat([
        Buffer.from(`${ICC_HEADER}${String.fromCharCode(index + 1, count)}`, "latin1"),
        profile.subarray(index * size, (index + 1) * size),
      ]),
    ),
  );
}

/**
 * A JPEG to be decoded. One that lacks nothing but its end marker is given one; throws Unreadable when pixels are
 * missing too. libjpeg then only warns, and libvips does not hear of warnings about the last rows: those must not
 * depend on what follows.
 */
export async function decodable(bytes: Buffer): Promise<Sharp> {
  if (walk(bytes, () => {})) return sharp(bytes, { failOn: "error", limitInputPixels: false });
  const image = () => sharp(Buffer.concat([bytes, END]), { failOn: "warning", limitInputPixels: false });
  const longer = sharp(Buffer.concat([bytes, MORE, END]), { failOn: "none", limitInputPixels: false });
  const { width, height } = await blamed(image().metadata());
  const rows = Math.min(height, ROWS);
  const bottom = (of: Sharp) =>
    blamed(
      of
        .extract({ left: 0, top: height - rows, width, height: rows })
        .raw()
        .toBuffer(),
    );
  if (!(await bottom(image())).equals(await bottom(longer))) throw new Unreadable("the last pixels are missing");
  return image();
}

/** Markers without a segment: TEM, and those that stand within a scan: a stuffed byte and the restarts. */
const isAlone = (marker: number) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * Tells of every segment that is whole: its marker, and where it begins and ends. True when it comes to the picture's
 * own end marker: a thumbnail within it has one too, and more may stand behind it.
 */
function walk(bytes: Buffer, found: (marker: number, at: number, end: number) => void): boolean {
  for (let at = 2; at + 1 < bytes.length; ) {
    // Within a scan everything up to the next marker is pixels. Of bytes that fill, the last one begins it.
    if (bytes[at] !== 0xff || bytes[at + 1] === 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) return true;
    if (isAlone(marker)) {
      at += 2;
      continue;
    }
    if (at + 3 >= bytes.length) return false;
    const end = at + 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (end <= bytes.length) found(marker, at, end);
    at = end;
  }
  return false;
}
