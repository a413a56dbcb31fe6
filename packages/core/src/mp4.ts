/**
 * Reads the boxes of an MP4 file (ISO/IEC 14496-12) to tell whether it may be served as it is: it must start playing
 * before it is loaded whole, and carry nothing but picture, sound and the tables to play them.
 */

/** Reads `length` bytes at `offset`; fewer at the end of the file. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

/** The sample tables of a ten-minute clip are far below this, bytes. */
const MOOV_BYTES_MAX = 8 * 1024 * 1024;
/** A well-formed file has a handful of top-level boxes before its samples. */
const TOP_LEVEL_MAX = 16;
/** Boxes that hold only padding; their content is looked at, since cameras hide data in them. */
const PADDING_BYTES_MAX = 64 * 1024;

/** All boxes that playing needs. Whatever else there is (udta, meta, uuid, unknown ones) may hold a location or a device. */
const PLAIN = new Set(
  "mvhd iods trak tkhd edts elst mdia mdhd hdlr minf vmhd smhd nmhd dinf dref stbl stsd stts ctts cslg stss stsc stsz stco co64 sgpd sbgp sdtp mvex trex mehd".split(
    " ",
  ),
);
const CONTAINERS = new Set(["trak", "edts", "mdia", "minf", "stbl", "mvex"]);
const HANDLERS = new Set(["vide", "soun"]);
/** Names that common writers give their tracks and codecs; any other text may be anything, a phone's model or a place. */
const WRITERS = [
  /^$/,
  /^(Sound|Video)Handler?$/,
  /^(Apple|Core Media|GPAC ISO|Mainconcept) (Sound|Audio|Video)( Media)?( Handler)?$/,
  /^ISO Media file produced by Google Inc\./,
  /^(JVT\/)?AVC Coding$/,
  /^(H\.264|x264)$/,
  /^Lavc[\d.]* libx264$/,
];
const isWriter = (name: string) => WRITERS.some((known) => known.test(name));
/** Padding that writers leave between samples, bytes; more could be read by nobody but a curious one. */
const UNUSED_BYTES_MAX = 16;

interface Box {
  type: string;
  start: number;
  /** Where the content begins. */
  body: number;
  end: number;
}

/** True when the file has fast start and no box outside the list above; false for anything unusual or unreadable. */
export async function isPlain(read: ReadRange, fileBytes: number): Promise<boolean> {
  let offset = 0;
  let samples: number | undefined;
  for (let count = 0; count < TOP_LEVEL_MAX && offset < fileBytes; count++) {
    const box = boxAt(await read(offset, 16), 0, fileBytes - offset);
    if (!box) return false;
    const bytes = box.end;
    if (box.type === "mdat") {
      const unused = bytes - box.body - (samples ?? 0);
      return (
        samples !== undefined &&
        unused >= 0 &&
        unused <= UNUSED_BYTES_MAX &&
        (await restIsPadding(read, offset + bytes, fileBytes))
      );
    }
    if (box.type === "moov") {
      if (samples !== undefined || bytes > MOOV_BYTES_MAX) return false;
      samples = plainMoov(await read(offset, bytes), box.body);
      if (samples === undefined) return false;
    } else if (box.type === "free" || box.type === "skip") {
      if (!(await isZero(read, offset + box.body, bytes - box.body))) return false;
    } else if (box.type !== "ftyp") return false;
    offset += bytes;
  }
  return false;
}

async function restIsPadding(read: ReadRange, from: number, fileBytes: number): Promise<boolean> {
  let offset = from;
  while (offset < fileBytes) {
    const box = boxAt(await read(offset, 16), 0, fileBytes - offset);
    if (!box || (box.type !== "free" && box.type !== "skip")) return false;
    if (!(await isZero(read, offset + box.body, box.end - box.body))) return false;
    offset += box.end;
  }
  return true;
}

async function isZero(read: ReadRange, offset: number, length: number): Promise<boolean> {
  if (length === 0) return true;
  if (length > PADDING_BYTES_MAX) return false;
  const bytes = await read(offset, length);
  return bytes.length === length && bytes.every((byte) => byte === 0);
}

/** The bytes of all samples that the index names; undefined when it holds anything but what playing needs. */
function plainMoov(bytes: Uint8Array, body: number): number | undefined {
  let samples = 0;
  const plain = everyBox(bytes, body, bytes.length, (box) => {
    if (!PLAIN.has(box.type)) return false;
    // Version and flags, a pre-defined word, the handler's type, three reserved words, then a name.
    if (box.type === "hdlr")
      return HANDLERS.has(latin1(bytes, box.body + 8, 4)) && isWriter(nameIn(bytes, box.body + 24, box.end));
    if (box.type === "stsd") return isWriter(compressorName(bytes, box));
    if (box.type === "stsz") samples += sampleBytes(bytes, box);
    return true;
  });
  return plain ? samples : undefined;
}

/** Text up to its zero; a leading length, as QuickTime writes it, is not part of it. */
function nameIn(bytes: Uint8Array, start: number, end: number): string {
  const text = latin1(bytes, start, Math.max(0, end - start)).replace(/\0[\s\S]*$/, "");
  return text.charCodeAt(0) === text.length - 1 ? text.slice(1) : text;
}

/** The compressor's name in a picture's sample entry (ISO/IEC 14496-12, VisualSampleEntry); empty for sound. */
function compressorName(bytes: Uint8Array, box: Box): string {
  const entry = box.body + 8;
  if (!/^avc[13]$/.test(latin1(bytes, entry + 4, 4))) return "";
  const length = Math.min(31, bytes[entry + 50] ?? 0);
  return latin1(bytes, entry + 51, length);
}

function sampleBytes(bytes: Uint8Array, box: Box): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (box.end - box.body < 12) return Number.NaN;
  const [each, count] = [view.getUint32(box.body + 4), view.getUint32(box.body + 8)];
  if (each > 0) return each * count;
  if (box.body + 12 + 4 * count > box.end) return Number.NaN;
  let total = 0;
  for (let index = 0; index < count; index++) total += view.getUint32(box.body + 12 + 4 * index);
  return total;
}

function everyBox(bytes: Uint8Array, start: number, end: number, check: (box: Box) => boolean): boolean {
  for (let offset = start; offset < end; ) {
    const box = boxAt(bytes, offset, end - offset);
    if (!box || !check(box)) return false;
    if (CONTAINERS.has(box.type) && !everyBox(bytes, box.body, box.end, check)) return false;
    offset = box.end;
  }
  return true;
}

/** The box that begins at `offset` and has `available` bytes at most; undefined when there is none. */
function boxAt(bytes: Uint8Array, offset: number, available: number): Box | undefined {
  if (bytes.length < offset + 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = latin1(bytes, offset + 4, 4);
  let size = view.getUint32(offset);
  let header = 8;
  if (size === 1) {
    if (bytes.length < offset + 16) return undefined;
    size = Number(view.getBigUint64(offset + 8));
    header = 16;
  } else if (size === 0) size = available;
  if (size < header || size > available) return undefined;
  return { type, start: offset, body: offset + header, end: offset + size };
}

const latin1 = (bytes: Uint8Array, offset: number, length: number) =>
  String.fromCharCode(...bytes.subarray(offset, offset + length));
