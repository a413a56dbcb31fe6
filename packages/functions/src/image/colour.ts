/** What a file says of its colours. An ICC profile says more than code points, but for HDR. */
export interface Colour {
  icc?: Uint8Array;
  /** Code points of ITU-T H.273. */
  cicp?: Cicp;
}

export interface Cicp {
  primaries: number;
  transfer: number;
}

export const PQ = 16;
export const HLG = 18;

/** The code points to tone-map by; undefined when the colours are those of an ordinary screen. */
export function hdr({ icc, cicp }: Colour): Cicp | undefined {
  return [cicp, icc && cicpOf(icc)].find((one) => one?.transfer === PQ || one?.transfer === HLG);
}

/** ICC 4.4: a profile of HDR says so in this tag, and is of little use without it. */
function cicpOf(icc: Uint8Array): Cicp | undefined {
  if (icc.length < 132) return undefined;
  const view = new DataView(icc.buffer, icc.byteOffset, icc.byteLength);
  const tags = Math.min(view.getUint32(128), 100);
  for (let at = 132; at < 132 + 12 * tags && at + 12 <= icc.length; at += 12) {
    const offset = view.getUint32(at + 4);
    if (view.getUint32(at) === 0x63696370 && offset + 12 <= icc.length)
      return { primaries: view.getUint8(offset + 8), transfer: view.getUint8(offset + 9) };
  }
  return undefined;
}

/** x and y of red, green, blue and white. */
export type Chromaticities = readonly [number, number, number, number, number, number, number, number];

const D65 = [0.3127, 0.329] as const;
const C = [0.31, 0.316] as const;
export const BT709: Chromaticities = [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, ...D65];
const BT601: Chromaticities = [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, ...D65];
const EBU: Chromaticities = [0.64, 0.33, 0.29, 0.6, 0.15, 0.06, ...D65];
/** H.273, table 2. What is unspecified, reserved or no RGB is taken for BT.709. */
const PRIMARIES: Record<number, Chromaticities> = {
  4: [0.67, 0.33, 0.21, 0.71, 0.14, 0.08, ...C],
  5: EBU,
  6: BT601,
  7: BT601,
  8: [0.681, 0.319, 0.243, 0.692, 0.145, 0.049, ...C],
  9: [0.708, 0.292, 0.17, 0.797, 0.131, 0.046, ...D65],
  11: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351],
  12: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, ...D65],
  22: [0.63, 0.34, 0.295, 0.605, 0.155, 0.077, ...D65],
};
export const chromaticities = (primaries: number): Chromaticities => PRIMARIES[primaries] ?? BT709;

/**
 * Exponents of H.273, table 3. Everything else is shown as sRGB, as screens show it: BT.709's curve is one of cameras.
 */
const GAMMAS: Record<number, number> = { 4: 2.2, 5: 2.8, 8: 1, 17: 2.6 };
export const gamma = (transfer: number): number | undefined => GAMMAS[transfer];

export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** From linear RGB of these primaries to CIE XYZ, white being Y = 1. */
export function toXyz([rx, ry, gx, gy, bx, by, wx, wy]: Chromaticities): Matrix {
  const columns: Matrix = [rx, gx, bx, ry, gy, by, 1 - rx - ry, 1 - gx - gy, 1 - bx - by];
  const [r, g, b] = apply(inverse(columns), [wx / wy, 1, (1 - wx - wy) / wy]);
  return multiply(columns, [r, 0, 0, 0, g, 0, 0, 0, b]);
}

export function apply(m: Matrix, [x, y, z]: readonly [number, number, number]): [number, number, number] {
  return [m[0] * x + m[1] * y + m[2] * z, m[3] * x + m[4] * y + m[5] * z, m[6] * x + m[7] * y + m[8] * z];
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  const column = (i: 0 | 1 | 2) => apply(a, [b[i], b[(i + 3) as 3], b[(i + 6) as 6]]);
  const [p, q, r] = [column(0), column(1), column(2)];
  return [p[0], q[0], r[0], p[1], q[1], r[1], p[2], q[2], r[2]];
}

export function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const [A, D, G] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const det = a * A + b * D + c * G;
  const all = [A, c * h - b * i, b * f - c * e, D, a * i - c * g, c * d - a * f, G, b * g - a * h, a * e - b * d];
  return all.map((one) => one / det) as unknown as Matrix;
}
