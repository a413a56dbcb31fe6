import { type ReadRange, ReadTooMuch } from "./read-range.ts";

/** Far more than any clip that is taken has: nine hours at 60 frames a second. */
const SAMPLES_MAX = 2_000_000;
/** The index of such a clip is smaller, bytes. */
const INDEX_BYTES_MAX = 64 * 1024 * 1024;
/** A well-formed file has a handful of boxes at its top. */
const TOP_LEVEL_MAX = 64;
/** Twelve minutes at 30 frames a second, all in one chunk: two seconds of work. */
const LOOKS_MAX = 500_000_000;
const TABLES = ["stts", "ctts"];

/** What of an MP4's index (ISO/IEC 14496-12) is not as it seems. */
export interface Claims {
  /**
   * The tables of times and chunks (`stts`, `ctts`, `stsc`) claim more samples than a clip can have. A few bytes can
   * claim thousands of millions, and a reader that expands them would run out of memory or time.
   */
  tooMuch: boolean;
  /** A track is put together of several stretches, which may be the same again: it lasts as long as these say. */
  edited: boolean;
}

const NONE: Claims = { tooMuch: false, edited: false };
/** Taken for a file that hides its index: such a file is crafted. */
const HIDDEN: Claims = { tooMuch: true, edited: false };

/** Looks for these in the index of an MP4; other files have none of them. */
export async function claims(read: ReadRange, fileBytes: number): Promise<Claims> {
  let offset = 0;
  for (let count = 0; offset + 8 <= fileBytes; count++) {
    if (count === TOP_LEVEL_MAX) return HIDDEN;
    const head = view(await read(offset, 16));
    if (head.byteLength < 8) return NONE;
    const type = head.getUint32(4);
    const large = head.getUint32(0) === 1 && head.byteLength === 16;
    const size = large ? Number(head.getBigUint64(8)) : head.getUint32(0) || fileBytes - offset;
    if (size < 8) return NONE;
    if (type === code("moov")) {
      const bytes = Math.min(size, fileBytes - offset);
      if (bytes > INDEX_BYTES_MAX) return HIDDEN;
      const index = asBuffer(await read(offset, bytes));
      return claimsOf(index);
    }
    offset += size;
  }
  return NONE;
}

function claimsOf(index: Buffer): Claims {
  const work = { left: ENTRIES_MAX };
  try {
    const tooMuch = samplesOf(index, work) > SAMPLES_MAX || isHeaped(index, work);
    return { tooMuch, edited: isEdited(index, work) };
  } catch (error) {
    if (error instanceof ReadTooMuch) return HIDDEN;
    throw error;
  }
}

/** Entries that are still looked at: bytes that look like one table within the other could have us look without end. */
interface Work {
  left: number;
}
const ENTRIES_MAX = 16_000_000;

/**
 * Where each table of a type has its entries: after version, flags and their number. Bytes that only look like a table
 * count too: nothing is lost but a measurement. Throws `ReadTooMuch` where the work is at its end.
 */
function* tables(index: Buffer, type: string, entryBytes: (at: number) => number, work: Work): Generator<number[]> {
  for (let at = index.indexOf(type, 0, "latin1"); at >= 0; at = index.indexOf(type, at + 4, "latin1")) {
    const size = entryBytes(at);
    const claimed = at + 12 <= index.length ? index.readUInt32BE(at + 8) : 0;
    const count = Math.min(claimed, Math.max(0, Math.floor((index.length - at - 12) / size)));
    work.left -= count + 1;
    if (work.left < 0) throw new ReadTooMuch("The index has more entries than any clip.");
    yield Array.from({ length: count }, (_, entry) => at + 12 + entry * size);
  }
}

/** Samples claimed by the longest table of times. */
function samplesOf(index: Buffer, work: Work): number {
  let most = 0;
  for (const type of TABLES)
    for (const entries of tables(index, type, () => 8, work))
      most = Math.max(
        most,
        entries.reduce((sum, at) => sum + index.readUInt32BE(at), 0),
      );
  return most;
}

/** By the edit lists (`elst`). An entry without media is a pause before it. */
function isEdited(index: Buffer, work: Work): boolean {
  const isLong = (at: number) => index[at + 4] === 1;
  for (const entries of tables(index, "elst", (at) => (isLong(at) ? 20 : 12), work)) {
    const size = (entries[1] ?? 0) - (entries[0] ?? 0);
    const shown = entries.filter((at) => index.readInt32BE(at + (size === 20 ? 8 : 4)) !== -1);
    if (shown.length > 1) return true;
  }
  return false;
}

/**
 * Whether a track's frames lie in chunks so large that looking each frame up, by all others of its chunk, would take
 * minutes: a chunk (`stsc`) can claim thousands of millions. Those of one size (`stsz`) are not looked through.
 */
function isHeaped(index: Buffer, work: Work): boolean {
  for (let from = index.indexOf("stbl", 0, "latin1"); from >= 0; ) {
    const next = index.indexOf("stbl", from + 4, "latin1");
    const track = index.subarray(from, next < 0 ? index.length : next);
    const sizes = track.indexOf("stsz", 0, "latin1");
    const isOfOneSize = sizes >= 0 && sizes + 12 <= track.length && track.readUInt32BE(sizes + 8) > 0;
    let perChunk = 0;
    for (const entries of tables(track, "stsc", () => 12, work))
      perChunk = entries.reduce((most, at) => Math.max(most, track.readUInt32BE(at + 4)), perChunk);
    if (!isOfOneSize && Math.max(1, samplesOf(track, work)) * perChunk > LOOKS_MAX) return true;
    from = next;
  }
  return false;
}

/** Boxes beside the index that count, how many bytes behind their type, and what all of them may claim together. */
const COUNTING = [
  { type: "trun", countAt: 8, most: SAMPLES_MAX },
  // Who looks a place up sorts them all.
  { type: "tfra", countAt: 16, most: 50_000 },
];
/** What is read in pieces may be cut anywhere: from a type to the end of its count. */
const COUNT_END = 20;

/**
 * The same reader, which looks at every byte before it is given on: fragments (`trun`) and their places (`tfra`) may be
 * claimed without end, and stand anywhere. Throws `ReadTooMuch` where all that was read claims more than a clip has.
 */
export function guarded(read: ReadRange): ReadRange {
  const kinds = COUNTING.map((kind) => ({ ...kind, seen: new Set<number>(), claimed: 0 }));
  return async (offset, length) => {
    const before = Math.min(offset, COUNT_END);
    const bytes = asBuffer(await read(offset - before, before + length + COUNT_END));
    for (const kind of kinds) {
      for (let at = bytes.indexOf(kind.type, 0, "latin1"); at >= 0; at = bytes.indexOf(kind.type, at + 4, "latin1")) {
        // The same bytes are read again and again.
        const place = offset - before + at;
        if (at + kind.countAt + 4 > bytes.length || kind.seen.has(place)) continue;
        kind.seen.add(place);
        kind.claimed += bytes.readUInt32BE(at + kind.countAt);
      }
      if (kind.claimed > kind.most) throw new ReadTooMuch(`${kind.claimed} are claimed by ${kind.type}.`);
    }
    return bytes.subarray(before, before + length);
  };
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const code = (type: string) => Buffer.from(type, "latin1").readUInt32BE();
