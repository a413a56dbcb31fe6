import type { ReadRange } from "./read-range.ts";

/** Far more than any clip that is taken has: nine hours at 60 frames a second. */
const SAMPLES_MAX = 2_000_000;
/** The index of such a clip is smaller, bytes. */
const INDEX_BYTES_MAX = 64 * 1024 * 1024;
/** A well-formed file has a handful of boxes at its top. */
const TOP_LEVEL_MAX = 64;
const TABLES = ["stts", "ctts"];

/**
 * Whether an MP4's tables of times (ISO/IEC 14496-12, `stts` and `ctts`) claim more samples than a clip can have. A few
 * bytes can claim thousands of millions, which whoever lays them out would run out of memory with. False for other files.
 */
export async function claimsTooMuch(read: ReadRange, fileBytes: number): Promise<boolean> {
  let offset = 0;
  for (let count = 0; count < TOP_LEVEL_MAX && offset + 8 <= fileBytes; count++) {
    const head = view(await read(offset, 16));
    if (head.byteLength < 8) return false;
    const type = head.getUint32(4);
    const large = head.getUint32(0) === 1 && head.byteLength === 16;
    const size = large ? Number(head.getBigUint64(8)) : head.getUint32(0) || fileBytes - offset;
    if (size < 8) return false;
    if (type === code("moov")) {
      const bytes = Math.min(size, fileBytes - offset);
      return bytes > INDEX_BYTES_MAX || tablesOf(await read(offset, bytes)).some((samples) => samples > SAMPLES_MAX);
    }
    offset += size;
  }
  return false;
}

/** Samples claimed by each table. Bytes that only look like one count too: nothing is lost but a measurement. */
function tablesOf(index: Uint8Array): number[] {
  const bytes = Buffer.from(index.buffer, index.byteOffset, index.byteLength);
  const found: number[] = [];
  for (const type of TABLES)
    for (let at = bytes.indexOf(type, 0, "latin1"); at >= 0; at = bytes.indexOf(type, at + 4, "latin1")) {
      // Version and flags, the number of entries, then each: how many samples, and their time.
      const entries = at + 12 <= bytes.length ? bytes.readUInt32BE(at + 8) : 0;
      const end = Math.min(bytes.length - 8, at + 12 + 8 * (entries - 1));
      let samples = 0;
      for (let entry = at + 12; entry <= end && samples <= SAMPLES_MAX; entry += 8)
        samples += bytes.readUInt32BE(entry);
      found.push(samples);
    }
  return found;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const code = (type: string) => Buffer.from(type, "latin1").readUInt32BE();
