import { BT709, type Cicp, chromaticities, HLG, inverse, multiply, toXyz } from "./colour.ts";
import type { Pixels } from "./pixels.ts";

/** What white paper has in HDR (ITU-R BT.2408), and the brightest that is told apart, in nits. */
const WHITE_NITS = 203;
const PEAK_NITS = 1000;
const PEAK = PEAK_NITS / WHITE_NITS;
/** HLG's scene is made a little steeper for a screen of the peak above (ITU-R BT.2100). */
const HLG_GAMMA = 1.2;
/** Steps of the tables by linear light, whose square root is even to the eye. */
const STEPS = 4096;

/**
 * HDR as an ordinary screen shows it: in sRGB, brighter than paper bent down to what fits (the curve of ITU-R BT.2390).
 */
export function toneMap({ data, width, height, channels, bits }: Pixels, { primaries, transfer }: Cicp): Pixels {
  const xyz = toXyz(chromaticities(primaries));
  const [a, b, c, d, e, f, g, h, i] = multiply(inverse(toXyz(BT709)), xyz);
  const [lr, lg, lb] = [xyz[3], xyz[4], xyz[5]];
  const linear = table(2 ** bits, (code) => (transfer === HLG ? hlgScene(code) : pqNits(code) / WHITE_NITS));
  const bend = table(STEPS + 1, (step) => bent(step * step * PEAK));
  const encoded = Uint8Array.from({ length: STEPS + 1 }, (_, step) => Math.round(255 * srgb((step / STEPS) ** 2)));
  const byte = (light: number) => encoded[Math.round(Math.sqrt(Math.min(Math.max(light, 0), 1)) * STEPS)]!;
  const out = new Uint8Array(width * height * channels);
  const opacity = 255 / (2 ** bits - 1);
  for (let at = 0; at < out.length; at += channels) {
    let [red, green, blue] = [linear[data[at]!]!, linear[data[at + 1]!]!, linear[data[at + 2]!]!];
    const gain = transfer === HLG ? PEAK * (lr * red + lg * green + lb * blue) ** (HLG_GAMMA - 1) : 1;
    const most = Math.max(red, green, blue) * gain;
    const scale = gain * bend[Math.round(Math.sqrt(Math.min(most / PEAK, 1)) * STEPS)]!;
    red *= scale;
    green *= scale;
    blue *= scale;
    out[at] = byte(a * red + b * green + c * blue);
    out[at + 1] = byte(d * red + e * green + f * blue);
    out[at + 2] = byte(g * red + h * green + i * blue);
    if (channels === 4) out[at + 3] = data[at + 3]! * opacity;
  }
  return { data: out, width, height, channels, bits: 8 };
}

/** A function's values from 0 to 1. */
const table = (length: number, value: (part: number) => number) =>
  Float32Array.from({ length }, (_, index) => value(index / (length - 1)));

/** SMPTE ST 2084. */
const [M1, M2, C1, C2, C3] = [0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875];

function pqNits(code: number): number {
  const root = code ** (1 / M2);
  return 10_000 * (Math.max(root - C1, 0) / (C2 - C3 * root)) ** (1 / M1);
}

function pqCode(nits: number): number {
  const power = (nits / 10_000) ** M1;
  return ((C1 + C2 * power) / (1 + C3 * power)) ** M2;
}

/** Light of the scene, 1 being the brightest (ITU-R BT.2100). */
function hlgScene(code: number): number {
  const [A, B, C] = [0.17883277, 0.28466892, 0.55991073];
  return code <= 0.5 ? code ** 2 / 3 : (Math.exp((code - C) / A) + B) / 12;
}

/** By how much light is multiplied so that the peak comes to white, and what is darker than a knee stays as it is. */
function bent(light: number): number {
  const top = pqCode(PEAK_NITS);
  const most = pqCode(WHITE_NITS) / top;
  const knee = 1.5 * most - 0.5;
  const code = pqCode(light * WHITE_NITS) / top;
  if (code <= knee) return 1;
  const t = (code - knee) / (1 - knee);
  const spline =
    (2 * t ** 3 - 3 * t ** 2 + 1) * knee + (t ** 3 - 2 * t ** 2 + t) * (1 - knee) + (3 * t ** 2 - 2 * t ** 3) * most;
  return pqNits(spline * top) / WHITE_NITS / light;
}

const srgb = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
