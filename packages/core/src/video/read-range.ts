/** Reads `length` bytes at `offset`; fewer at the end of the file. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

/** S3 answers a megabyte as fast as a kilobyte. */
const BLOCK_BYTES = 1024 * 1024;
const BLOCKS_KEPT = 16;

/** More was asked for than is worth reading. */
export class ReadTooMuch extends Error {}

/**
 * The same file by whole blocks, a few of which are kept, for those who read it in crumbs. Throws `ReadTooMuch` beyond
 * `most` bytes in all: what a crafted file has us read is bounded.
 */
export function inBlocks(read: ReadRange, fileBytes: number, most: number): ReadRange {
  const kept = new Map<number, Promise<Uint8Array>>();
  let taken = 0;
  const block = (index: number) => {
    const found = kept.get(index);
    if (found) return found;
    const length = Math.min(BLOCK_BYTES, fileBytes - index * BLOCK_BYTES);
    taken += length;
    if (taken > most) throw new ReadTooMuch(`More than ${most} bytes of the file would be read.`);
    const fresh = read(index * BLOCK_BYTES, length);
    kept.set(index, fresh);
    if (kept.size > BLOCKS_KEPT) kept.delete(kept.keys().next().value!);
    return fresh;
  };
  return async (offset, length) => {
    const end = Math.min(fileBytes, offset + length);
    if (end - offset > most) throw new ReadTooMuch(`${end - offset} bytes of the file would be read at once.`);
    const bytes = new Uint8Array(Math.max(0, end - offset));
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / BLOCK_BYTES);
      const from = at - index * BLOCK_BYTES;
      const part = (await block(index)).subarray(from, from + end - at);
      if (part.length === 0) break;
      bytes.set(part, at - offset);
      at += part.length;
    }
    return bytes;
  };
}

/** In an intact file each place is read a few times per track; more reads mean an endless loop. */
const VISITS_MAX = 200;
/** A clip of ten minutes takes a thousand. */
const READS_MAX = 1_000_000;

/** The same reader; throws `ReadTooMuch` for who goes round in circles, as readers of a damaged file do. */
export function advancing(read: ReadRange): ReadRange {
  const visits = new Map<number, number>();
  let reads = 0;
  return async (offset, length) => {
    const count = (visits.get(offset) ?? 0) + 1;
    visits.set(offset, count);
    if (count > VISITS_MAX || ++reads > READS_MAX) throw new ReadTooMuch("The same is read again and again.");
    return read(offset, length);
  };
}
