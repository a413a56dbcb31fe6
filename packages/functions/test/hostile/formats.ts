import { crc32, deflateSync } from "node:zlib";

/** Puts pictures and profiles together piece by piece, right or wrong. */

const be16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const be32 = (value: number) => Buffer.concat([be16(value >>> 16), be16(value & 65535)]);
const latin1 = (text: string) => Buffer.from(text, "latin1");

export const pngChunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([latin1(type), data]);
  return Buffer.concat([be32(data.length), body, be32(crc32(body))]);
};

/** Grey, eight bits, with a row of pixels unless told otherwise. `chunks` stand before the pixels. */
export function png(
  { width, height, pixels }: { width: number; height: number; pixels?: Buffer },
  ...chunks: Buffer[]
): Buffer {
  const header = pngChunk("IHDR", Buffer.concat([be32(width), be32(height), Buffer.from([8, 0, 0, 0, 0])]));
  const data = deflateSync(pixels ?? Buffer.alloc((width + 1) * height));
  return Buffer.concat([
    ...[latin1("\x89PNG\r\n\x1a\n"), header, ...chunks],
    ...[pngChunk("IDAT", data), pngChunk("IEND", Buffer.alloc(0))],
  ]);
}

export const jpegSegment = (marker: number, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker]), be16(2 + data.length), data]);

/** Grey; `scans` of it, each with all of its blocks in as few bits as can be. */
export function jpegOfScans(width: number, height: number, scans: number, progressive: boolean): Buffer {
  const quantization = jpegSegment(0xdb, Buffer.from([0, ...Array(64).fill(1)]));
  const frame = Buffer.from([8, ...be16(height), ...be16(width), 1, 1, 0x11, 0]);
  // One code of one bit: a difference of zero; the end of the block, or of 16,384 of them and more.
  const table = (kind: number, symbol: number) =>
    jpegSegment(0xc4, Buffer.from([kind, 1, ...Array(15).fill(0), symbol]));
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const scan = (from: number, to: number, bits: Buffer) =>
    Buffer.concat([jpegSegment(0xda, Buffer.from([1, 1, 0, from, to, 0])), bits]);
  const zeros = (count: number) => Buffer.alloc(Math.ceil(count / 8));
  const runs = zeros(Math.ceil(blocks / 16_384) * 15);
  const first = progressive ? scan(0, 0, zeros(blocks)) : scan(0, 63, zeros(2 * blocks));
  const more = progressive ? scan(1, 63, runs) : first;
  return Buffer.concat([
    ...[Buffer.from([0xff, 0xd8]), quantization, jpegSegment(progressive ? 0xc2 : 0xc0, frame)],
    ...[table(0x00, 0), table(0x10, progressive ? 0xe0 : 0), first],
    ...Array(scans - 1).fill(more),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** Frames of one pixel, in a canvas of this size. */
export function gif(width: number, height: number, frames: number, frameSide = 1): Buffer {
  const le16 = (value: number) => Buffer.from([value & 255, value >> 8]);
  const screen = Buffer.concat([
    latin1("GIF89a"),
    le16(width),
    le16(height),
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
  ]);
  const frame = Buffer.concat([
    ...[Buffer.from([0x21, 0xf9, 4, 0, 1, 0, 0, 0, 0x2c, 0, 0, 0, 0]), le16(frameSide), le16(frameSide)],
    Buffer.from([0, 2, 2, 0x44, 1, 0]),
  ]);
  return Buffer.concat([screen, ...Array(frames).fill(frame), Buffer.from([0x3b])]);
}

export function webpChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

export function webp(...chunks: Buffer[]): Buffer {
  return webpChunk("RIFF", Buffer.concat([latin1("WEBP"), ...chunks]));
}

/** The chunks of a WebP that is whole. */
export function webpChunks(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    found.push(bytes.subarray(at, at + 8 + size + (size % 2)));
    at += 8 + size + (size % 2);
  }
  return found;
}

/** A canvas, with flags: 2 is an animation. */
export function vp8x(width: number, height: number, flags: number): Buffer {
  const data = Buffer.alloc(10);
  data[0] = flags;
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return webpChunk("VP8X", data);
}

/** A frame of an animation, of a still picture's own chunks. */
export const anmf = (width: number, height: number, ...chunks: Buffer[]): Buffer => {
  const head = Buffer.alloc(16);
  head.writeUIntLE(width - 1, 6, 3);
  head.writeUIntLE(height - 1, 9, 3);
  head.writeUIntLE(10, 12, 3);
  return webpChunk("ANMF", Buffer.concat([head, ...chunks]));
};

/** An RGB profile whose way to the screen goes through so many steps (ICC.1:2022, multiProcessElementsType). */
export function steppedProfile(base: Buffer, steps: number): Buffer {
  const f32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatBE(value);
    return bytes;
  };
  const segment = Buffer.concat([latin1("parf"), be32(0), be16(0), be16(0), f32(1.01), f32(1), f32(0), f32(0)]);
  const curve = Buffer.concat([latin1("curf"), be32(0), be16(1), be16(0), segment]);
  const curves = Buffer.concat([
    latin1("cvst"),
    be32(0),
    be16(3),
    be16(3),
    ...Array(3)
      .fill([be32(36), be32(curve.length)])
      .flat(),
    curve,
  ]);
  const head = Buffer.concat([latin1("mpet"), be32(0), be16(3), be16(3), be32(steps)]);
  const at = head.length + 8 * steps;
  const place = Buffer.concat([be32(at), be32(curves.length)]);
  const tag = Buffer.concat([head, ...Array(steps).fill(place), curves]);
  return withTag(base, "D2B0", tag);
}

/** The same profile with one more tag. */
export function withTag(base: Buffer, name: string, data: Buffer): Buffer {
  const count = base.readUInt32BE(128);
  const table = base.subarray(132, 132 + 12 * count);
  const rest = base.subarray(132 + 12 * count);
  const moved = Buffer.from(table);
  for (let at = 0; at < moved.length; at += 12) moved.writeUInt32BE(moved.readUInt32BE(at + 4) + 12, at + 4);
  const entry = Buffer.concat([latin1(name), be32(base.length + 12), be32(data.length)]);
  const all = Buffer.concat([base.subarray(0, 128), be32(count + 1), moved, entry, rest, data]);
  all.writeUInt32BE(all.length);
  return all;
}

/** As a JPEG carries a profile: in segments of at most 64 kB. */
export function iccSegments(icc: Buffer): Buffer {
  const most = 65_519;
  const count = Math.ceil(icc.length / most);
  return Buffer.concat(
    Array.from({ length: count }, (_, index) =>
      jpegSegment(
        0xe2,
        Buffer.concat([
          latin1("ICC_PROFILE\0"),
          Buffer.from([index + 1, count]),
          icc.subarray(index * most, (index + 1) * most),
        ]),
      ),
    ),
  );
}
