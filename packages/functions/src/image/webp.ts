export * as Webp from "./webp.ts";

/** RIFF, its size and WEBP; then chunks of a name, a size and that many bytes, made even. */
const HEADER_BYTES = 12;

/** How many frames an animation has; 0 of a still picture. libwebp takes ever longer for each, so they are counted first. */
export const frames = (bytes: Buffer): number => chunks(bytes).filter(isFrame).length;

/** The same picture with only the first frame of its animation. */
export function firstFrame(bytes: Buffer): Buffer {
  const all = chunks(bytes);
  const first = all.find(isFrame);
  const kept = Buffer.concat([bytes.subarray(0, HEADER_BYTES), ...all.filter((one) => !isFrame(one) || one === first)]);
  kept.writeUInt32LE(kept.length - 8, 4);
  return kept;
}

const isFrame = (chunk: Buffer) => chunk.toString("latin1", 0, 4) === "ANMF";

/** To the end, or to where the file breaks off: the last one is then short, as its reader will find. */
function chunks(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = HEADER_BYTES; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    found.push(bytes.subarray(at, at + 8 + size + (size % 2)));
    at += 8 + size + (size % 2);
  }
  return found;
}
