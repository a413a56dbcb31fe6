import { Exif } from "./exif.ts";
import { simple } from "./profile.ts";

export * as Webp from "./webp.ts";

/** RIFF, its size and WEBP; then chunks of a name, a size and that many bytes, made even. */
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FRAME = "ANMF";
/** Chunks that are kept besides frames (the first of each), and how each is rewritten. */
const KEPT: Record<string, (data: Buffer) => Buffer | undefined> = {
  ...Object.fromEntries(["VP8X", "VP8 ", "VP8L", "ALPH", "ANIM"].map((name) => [name, (data: Buffer) => data])),
  ICCP: simple,
  EXIF: Exif.onlyOrientation,
};

/**
 * The same picture of nothing but what its pixels, their colours and how they lie need, and how many frames its
 * animation has (0 of a still picture): libwebp takes ever longer for each. Of more than `framesMax` only the first is
 * left.
 */
export function lean(bytes: Buffer, framesMax: number): { bytes: Buffer; frames: number } {
  const kept: { name: string; whole: Buffer }[] = [];
  const seen = new Set<string>();
  let frames = 0;
  for (let at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const start = at + CHUNK_HEADER_BYTES;
    const size = bytes.readUInt32LE(at + 4);
    const end = start + size + (size % 2);
    if (name === FRAME && ++frames <= framesMax) kept.push({ name, whole: bytes.subarray(at, end) });
    else if (Object.hasOwn(KEPT, name) && !seen.has(name)) {
      seen.add(name);
      const data = KEPT[name]!(bytes.subarray(start, start + size));
      // One that breaks off stays short, as its reader will find.
      if (data) kept.push({ name, whole: end > bytes.length ? bytes.subarray(at) : chunk(name, data) });
    }
    at = end;
  }
  const first = kept.find(({ name }) => name === FRAME);
  const left = frames > framesMax ? kept.filter((one) => one.name !== FRAME || one === first) : kept;
  const all = Buffer.concat([bytes.subarray(0, HEADER_BYTES), ...left.map(({ whole }) => whole)]);
  all.writeUInt32LE(all.length - 8, 4);
  return { bytes: all, frames };
}

function chunk(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(CHUNK_HEADER_BYTES);
  head.write(name, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
