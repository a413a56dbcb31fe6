import { crc32 } from "node:zlib";

export * as Chunks from "./chunks.ts";

export const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** Length, type and sum around a chunk's data. */
const AROUND_BYTES = 12;

/** One chunk of a PNG, with its data. */
export interface Chunk {
  type: string;
  data: Buffer;
  whole: Buffer;
}

/** To the end, or to where the file breaks off: the last one is then short, as its reader will find. */
export function* chunks(bytes: Buffer): Generator<Chunk> {
  for (let at = SIGNATURE.length; at + AROUND_BYTES <= bytes.length; ) {
    const end = at + AROUND_BYTES + bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    yield { type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
    at = end;
  }
}

export function chunk(type: string, data: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const name = Buffer.from(type, "latin1");
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(data, crc32(name)));
  return Buffer.concat([length, name, data, sum]);
}
