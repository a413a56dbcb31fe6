import { apply, type Chromaticities, inverse, type Matrix, multiply, toXyz } from "./colour.ts";

/** The white that ICC profiles are made for, CIE XYZ. */
const D50 = [0.9642, 1, 0.8249] as const;
/** From XYZ to the responses of the eye's cones, as Bradford's method has them. */
const BRADFORD: Matrix = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
/** sRGB's curve, as the parameters of ICC's `para` function 3. */
const SRGB_CURVE = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

/** A profile (ICC.1:2022, version 4) of an RGB space: its primaries, and its exponent or else sRGB's curve. */
export function profile(primaries: Chromaticities, gamma: number | undefined): Buffer {
  const xyz = toXyz(primaries);
  const adaptation = adapt(apply(xyz, [1, 1, 1]));
  const m = multiply(adaptation, xyz);
  const curve = gamma === undefined ? parametric(3, SRGB_CURVE) : parametric(0, [gamma]);
  return assemble([
    ["desc", text("RGB")],
    ["cprt", text("None")],
    ["wtpt", numbers("XYZ ", D50)],
    ["chad", numbers("sf32", adaptation)],
    ["rXYZ", numbers("XYZ ", [m[0], m[3], m[6]])],
    ["gXYZ", numbers("XYZ ", [m[1], m[4], m[7]])],
    ["bXYZ", numbers("XYZ ", [m[2], m[5], m[8]])],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ]);
}

/** The matrix that adapts this white point to D50. */
function adapt(white: readonly [number, number, number]): Matrix {
  const [from, to] = [apply(BRADFORD, white), apply(BRADFORD, D50)];
  const scale: Matrix = [to[0] / from[0], 0, 0, 0, to[1] / from[1], 0, 0, 0, to[2] / from[2]];
  return multiply(inverse(BRADFORD), multiply(scale, BRADFORD));
}

const HEADER_BYTES = 128;

function assemble(tags: [string, Buffer][]): Buffer {
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length);
  let offset = HEADER_BYTES + table.length;
  for (const [index, [name, data]] of tags.entries()) {
    const at = 4 + 12 * index;
    table.write(name, at, "latin1");
    table.writeUInt32BE(offset, at + 4);
    table.writeUInt32BE(data.length, at + 8);
    offset += data.length;
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(offset);
  header.writeUInt32BE(0x04400000, 8);
  header.write("mntrRGB XYZ ", 12, "latin1");
  // The format wants a date; its value does not matter.
  header.writeUInt16BE(2000, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write("acsp", 36, "latin1");
  fixed(D50).copy(header, 68);
  return Buffer.concat([header, table, ...tags.map(([, data]) => data)]);
}

/** Numbers as ICC has them: 16 bits before the point and 16 behind it. */
function fixed(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt32BE(Math.round(value * 65536), 4 * index);
  return bytes;
}

const numbers = (type: string, values: readonly number[]) =>
  Buffer.concat([Buffer.from(`${type}\0\0\0\0`, "latin1"), fixed(values)]);

const parametric = (kind: number, values: readonly number[]) =>
  Buffer.concat([Buffer.from([...Buffer.from("para"), 0, 0, 0, 0, 0, kind, 0, 0]), fixed(values)]);

/** One English text, padded to whole words. */
function text(value: string): Buffer {
  const record = Buffer.alloc(28 + 4 * Math.ceil(value.length / 2));
  record.write("mluc", 0, "latin1");
  record.writeUInt32BE(1, 8);
  record.writeUInt32BE(12, 12);
  record.write("enUS", 16, "latin1");
  record.writeUInt32BE(2 * value.length, 20);
  record.writeUInt32BE(28, 24);
  record.write(value, 28, "utf16le");
  record.subarray(28).swap16();
  return record;
}
