import { crc32, deflateSync, inflateSync } from "node:zlib";
import { chunk, chunks, SIGNATURE } from "./chunks.ts";
import { BT709, type Chromaticities, type Cicp } from "./colour.ts";
import { Exif } from "./exif.ts";
import { Unreadable } from "./failure.ts";
import type { Pixels } from "./pixels.ts";
import { simple } from "./profile.ts";

export * as Png from "./png.ts";

/** Colour types of the PNG standard. */
const TYPES = { 3: 2, 4: 6 } as const;
const GREY = [0, 4];

/**
 * The pixels as an uncompressed PNG with this profile: the one container libvips takes pixels in whose colours it
 * converts. Written by hand so that they are copied once: there may be 400 MB of them.
 */
export function wrap({ data, width, height, channels }: Pixels, icc: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, TYPES[channels]], 8);
  const head = Buffer.concat([SIGNATURE, chunk("IHDR", header), iccp(icc)]);
  const row = width * channels;
  // Each row begins with how it is filtered: not at all. It is split so that it fits into blocks that are only stored.
  const blocks = Math.ceil((row + 1) / STORED_MAX);
  const bytes = 2 + height * (row + 1 + 5 * blocks) + 5 + 4;
  const out = Buffer.allocUnsafe(head.length + 12 + bytes + END.length);
  head.copy(out);
  let at = out.writeUInt32BE(bytes, head.length);
  const from = at;
  at += out.write("IDAT", at, "latin1");
  at = out.writeUInt16BE(0x7801, at);
  const sum = new Adler();
  for (let y = 0; y < height; y++) {
    for (let x = -1; x < row; ) {
      const length = Math.min(row - x, STORED_MAX);
      at = stored(out, at, length, false);
      const start = at;
      if (x < 0) out[at++] = 0;
      const pixels = data.subarray(y * row + Math.max(x, 0), y * row + x + length);
      out.set(pixels, at);
      at += pixels.length;
      sum.add(out.subarray(start, at));
      x += length;
    }
  }
  at = stored(out, at, 0, true);
  at = out.writeUInt32BE(sum.value, at);
  at = out.writeUInt32BE(crc32(out.subarray(from, at)), at);
  END.copy(out, at);
  return out;
}

/** Longest block that DEFLATE stores as it is (RFC 1951). */
const STORED_MAX = 65_535;

function stored(out: Buffer, at: number, length: number, last: boolean): number {
  out[at] = last ? 1 : 0;
  out.writeUInt16LE(length, at + 1);
  return out.writeUInt16LE(length ^ 0xffff, at + 3);
}

/** The sum at the end of a zlib stream (RFC 1950). */
class Adler {
  #low = 1;
  #high = 0;

  add(bytes: Uint8Array) {
    let [low, high] = [this.#low, this.#high];
    // So many can be added before the sums outgrow 32 bits.
    for (let start = 0; start < bytes.length; start += 5552) {
      const end = Math.min(start + 5552, bytes.length);
      for (let index = start; index < end; index++) {
        low += bytes[index]!;
        high += low;
      }
      low %= 65_521;
      high %= 65_521;
    }
    this.#low = low;
    this.#high = high;
  }

  get value() {
    return this.#high * 65_536 + this.#low;
  }
}

/** What a PNG says of its colours besides a profile, which libvips honours; undefined when it says nothing, or sRGB. */
export type Said = { cicp: Cicp } | { primaries: Chromaticities; gamma: number };

/**
 * By the order of the PNG standard: code points, a profile, sRGB, then exponent and primaries. Of grey nothing is told.
 */
export function said(bytes: Buffer): Said | undefined {
  const found = new Map([...chunks(bytes)].map(({ type, data }) => [type, data]));
  if (GREY.includes(found.get("IHDR")?.[9] ?? 0)) return undefined;
  const cicp = found.get("cICP");
  if (cicp?.length === 4) return { cicp: { primaries: cicp[0]!, transfer: cicp[1]! } };
  const gama = found.get("gAMA");
  if (found.has("iCCP") || found.has("sRGB") || gama?.length !== 4) return undefined;
  const gamma = 100_000 / gama.readUInt32BE();
  const chrm = found.get("cHRM");
  const [wx, wy, ...rest] =
    chrm?.length === 32 ? Array.from({ length: 8 }, (_, i) => chrm.readUInt32BE(4 * i) / 1e5) : [];
  const primaries = wx && wy ? ([...rest, wx, wy] as unknown as Chromaticities) : BT709;
  const usual = isNear(gamma, 2.2, 0.05) && primaries.every((value, index) => isNear(value, BT709[index]!, 0.005));
  return usual || !isSound(gamma, primaries) ? undefined : { primaries, gamma };
}

const isNear = (value: number, to: number, by: number) => Math.abs(value - to) <= by;
/** Whether a real screen can have these values; a profile is made of no others. */
const isSound = (gamma: number, [rx, ry, gx, gy, bx, by, , wy]: Chromaticities) =>
  gamma >= 0.2 && gamma <= 5 && wy > 0.05 && Math.abs((gx - rx) * (by - ry) - (bx - rx) * (gy - ry)) > 0.001;

const COLOURS = new Set(["cICP", "iCCP", "sRGB", "gAMA", "cHRM"]);

/** The same PNG, which is a lean one, with this profile in place of what it says of its colours. */
export function withProfile(bytes: Buffer, icc: Uint8Array): Buffer {
  const [header, ...rest] = chunks(bytes);
  const kept = rest.filter(({ type }) => !COLOURS.has(type)).map(({ whole }) => whole);
  return Buffer.concat([SIGNATURE, header!.whole, iccp(icc), ...kept]);
}

/** Kept before the pixels, the first of each. */
const SINGLE = new Set(["IHDR", "PLTE", "tRNS", ...COLOURS]);
const isCritical = (type: string) => /^[A-Z]/.test(type);

/**
 * The same PNG of nothing but what its pixels, their colours and how they lie need: a text of a few kilobytes can be
 * thousands of megabytes to who unpacks it, and an animation's other frames are not shown. Throws Unreadable where it
 * has a critical chunk that is not known here.
 */
export function lean(bytes: Buffer): Buffer {
  const single = new Map<string, Buffer>();
  let [from, to] = [0, 0];
  for (const { type, data, whole } of chunks(bytes)) {
    if (type === "IDAT") {
      const at = whole.byteOffset - bytes.byteOffset;
      if (to === 0) [from, to] = [at, at];
      // Decoders refuse data chunks that are not consecutive.
      if (to === at) to += whole.length;
    } else if (type === "IEND") break;
    else if (type === "eXIf") {
      const exif = single.has(type) ? undefined : Exif.onlyOrientation(data);
      if (exif) single.set(type, chunk(type, exif.subarray(EXIF_HEADER_BYTES)));
    } else if (!single.has(type) && SINGLE.has(type) && to === 0)
      single.set(type, type === "iCCP" ? unstepped(data, whole) : whole);
    else if (isCritical(type) && !SINGLE.has(type)) throw new Unreadable(`the chunk ${type} is not known`);
  }
  return Buffer.concat([SIGNATURE, ...single.values(), bytes.subarray(from, to), END]);
}

/** Within a PNG there is no header. */
const EXIF_HEADER_BYTES = 6;
/** Most bytes of a profile; a longer one is ignored. */
const PROFILE_BYTES_MAX = 16 * 1024 * 1024;

function unstepped(data: Buffer, whole: Buffer): Buffer {
  const name = data.indexOf(0);
  if (name < 0) return Buffer.alloc(0);
  try {
    const icc = inflateSync(data.subarray(name + 2), { maxOutputLength: PROFILE_BYTES_MAX });
    const left = simple(icc);
    return left === icc ? whole : iccp(left);
  } catch {
    return Buffer.alloc(0);
  }
}

const END = chunk("IEND", Buffer.alloc(0));

const iccp = (icc: Uint8Array) =>
  chunk("iCCP", Buffer.concat([Buffer.from("icc\0\0", "latin1"), deflateSync(tidy(icc))]));

/** ICC profile (ICC.1): bytes of its header, and offsets of its length and its intent. */
const HEADER_BYTES = 128;
const INTENT_AT = 64;

/**
 * The profile as libpng takes it: it drops one whose length is odd or said wrong, or whose intent has bits of a
 * writer's own, which every other container's reader passes over.
 */
function tidy(icc: Uint8Array): Uint8Array {
  if (icc.length < HEADER_BYTES) return icc;
  const whole = Buffer.alloc(Math.ceil(icc.length / 4) * 4);
  whole.set(simple(Buffer.from(icc.buffer, icc.byteOffset, icc.length)));
  whole.writeUInt32BE(whole.length);
  whole.writeUInt32BE(whole.readUInt32BE(INTENT_AT) & 3, INTENT_AT);
  return whole;
}
