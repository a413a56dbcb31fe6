/** Changes clips where their structure is, and not just anywhere. */

/** A source of numbers below `most`, the same for the same seed (mulberry32). */
export function numbers(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * most);
  };
}

/**
 * Types of boxes (ISO/IEC 14496-12) and chunks (AVI), and ids of elements (Matroska), whose content decides what
 * follows.
 */
const TYPES = [
  ..."ftyp moov mvhd trak tkhd edts elst mdia mdhd hdlr minf stbl stsd stts ctts stsc stsz stco stss mvex trex moof mfhd".split(
    " ",
  ),
  ..."traf tfhd tfdt trun sidx mfra tfra mdat udta meta avc1 avcC mp4a esds RIFF LIST avih strl strh strf movi idx1 JUNK".split(
    " ",
  ),
].map((type) => Buffer.from(type, "latin1"));
const IDS = [
  ...["1a45dfa3", "18538067", "114d9b74", "1549a966", "2ad7b1", "4489", "1654ae6b", "ae", "d7", "83", "86", "63a2"],
  ...["1f43b675", "e7", "a3", "a0", "a1", "1c53bb6b", "bb", "b3", "23e383", "e0", "b0", "ba", "1254c367"],
].map((id) => Buffer.from(id, "hex"));
/** Clusters and chunks repeat a thousand times: the first one is enough. */
const PLACES_MAX = 40;

function places(file: Buffer): number[] {
  const found: number[] = [];
  for (const mark of file.readUInt32BE(0) === 0x1a45dfa3 ? IDS : TYPES)
    for (
      let at = file.indexOf(mark), count = 0;
      at >= 0 && count < PLACES_MAX;
      at = file.indexOf(mark, at + 1), count++
    )
      found.push(at);
  // MPEG-TS: a packet's head, and where its tables and times begin.
  if (found.length === 0) for (let at = 4; at + 188 < file.length && found.length < 400; at += 192) found.push(at);
  return found.sort((one, other) => one - other);
}

const ODD = [0, 1, 7, 8, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

/** The same file with one to four changes. */
export function mutated(file: Buffer, below: (most: number) => number): Buffer {
  const marks = places(file);
  const pick = <T>(all: readonly T[]) => all[below(all.length)]!;
  let out = Buffer.from(file);
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = Math.min(pick(marks), out.length - 1);
    const other = Math.min(pick(marks), out.length);
    const [from, to] = [Math.min(at, other), Math.min(Math.max(at, other), Math.min(at, other) + 65_536)];
    switch (below(7)) {
      case 0:
      case 1:
      case 2: {
        // A number in it, or its size.
        const place = Math.max(0, Math.min(at - 4 + 4 * below(12), out.length - 4));
        if (out.length >= 4) out.writeUInt32BE(pick(ODD), place);
        break;
      }
      case 3:
        out[Math.min(at + below(40), out.length - 1)] = below(256);
        break;
      case 4:
        out = Buffer.concat([out.subarray(0, to), out.subarray(from, to), out.subarray(to)]);
        break;
      case 5:
        out = Buffer.concat([out.subarray(0, from), out.subarray(to)]);
        break;
      default:
        out = out.subarray(0, Math.max(16, at + below(64)));
    }
  }
  return out;
}
