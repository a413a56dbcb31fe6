import { crc32 } from "node:zlib";
import { Content } from "@dropclip/core/content";
import { describe, expect, it } from "vitest";
import { sharp } from "../src/image/codecs.ts";
import { chromaticities } from "../src/image/colour.ts";
import { convert } from "../src/image/convert.ts";
import { profile } from "../src/image/icc.ts";
import { Png } from "../src/image/png.ts";
import { strip } from "../src/image/strip.ts";
import { far, SHOWN, shown, WRITTEN } from "./shown.ts";

const data = Buffer.alloc(64 * 64 * 3);
for (let pixel = 0; pixel < 64 * 64; pixel++) {
  const [x, y] = [pixel % 64, Math.floor(pixel / 64)];
  data.set(WRITTEN[(y < 32 ? 0 : 2) + (x < 32 ? 0 : 1)]!, pixel * 3);
}
const patches = () => sharp(data, { raw: { width: 64, height: 64, channels: 3 } });
const p3 = profile(chromaticities(12), undefined);
const wide = Png.wrap({ data, width: 64, height: 64, channels: 3, bits: 8 }, p3);

async function looks(bytes: Uint8Array, expected: number[][]) {
  const { patches } = await shown(bytes);
  for (const [index, patch] of patches.entries())
    expect(far(patch, expected[index]!), `patch ${index}: ${patch}`).toBeLessThanOrEqual(6);
}

/** A PNG with a chunk more, behind its header. */
function withChunk(png: Buffer, type: string, content: number[]): Buffer {
  const body = Buffer.from([...Buffer.from(type), ...content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, 33), length, body, sum, png.subarray(33)]);
}

describe("colours", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)("are converted by the profile of a %s", async (format) => {
    const options = {
      jpeg: { quality: 100, chromaSubsampling: "4:4:4" },
      webp: { lossless: true },
      avif: { lossless: true },
    };
    const made = sharp(wide)
      .keepIccProfile()
      .toFormat(format, options[format as "jpeg"] ?? {});
    await looks(await made.toBuffer(), SHOWN);
  });

  it("of a PNG are converted by its code points, before its profile", async () => {
    const plain = await patches().png().toBuffer();
    await looks(withChunk(plain, "cICP", [12, 13, 0, 1]), SHOWN);
    await looks(withChunk(plain, "cICP", [1, 13, 0, 1]), WRITTEN);
    await looks(withChunk(wide, "cICP", [1, 8, 0, 1]), [
      [245, 124, 104],
      [181, 253, 149],
      [188, 188, 188],
      [255, 218, 195],
    ]);
  });

  it("of a PNG in HDR are brought to an ordinary screen", async () => {
    const paper = Buffer.alloc(64 * 64 * 3, Math.round(0.58068888 * 255));
    const png = await sharp(paper, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    const { patches } = await shown(withChunk(png, "cICP", [9, 16, 0, 1]));
    expect(far(patches[0]!, [225, 225, 225])).toBeLessThanOrEqual(10);
  });

  it("of a PNG are converted by its exponent and primaries where it has nothing better", async () => {
    const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
    const plain = await patches().png().toBuffer();
    await looks(withChunk(plain, "gAMA", u32(45_455)), WRITTEN);
    const linear = withChunk(plain, "gAMA", u32(100_000));
    expect(far((await shown(linear)).patches[2]!, [188, 188, 188])).toBeLessThanOrEqual(6);
    await looks(withChunk(linear, "sRGB", [0]), WRITTEN);
    for (const nonsense of [u32(0), u32(1), [1]]) await looks(withChunk(plain, "gAMA", nonsense), WRITTEN);
  });

  it("are converted of rows too long for one block", async () => {
    const [width, height] = [30_000, 3];
    const long = Buffer.alloc(width * height * 4, Buffer.of(234, 51, 35, 255));
    const { patches } = await shown(Png.wrap({ data: long, width, height, channels: 4, bits: 8 }, p3));
    expect(far(patches[0]!, SHOWN[0]!)).toBeLessThanOrEqual(6);
  });

  it("of 16 bits, and of printers' inks, come out as colours of a screen", async () => {
    await looks(await patches().toColourspace("rgb16").png().toBuffer(), WRITTEN);
    const inks = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#808080" } })
      .toColourspace("cmyk")
      .jpeg({ quality: 100 })
      .toBuffer();
    expect(far((await shown(inks)).patches[0]!, [128, 128, 128])).toBeLessThanOrEqual(20);
  });
});

describe("readers", () => {
  it("there are for five formats, and only for bytes", async () => {
    const others = [
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      await patches().tiff().toBuffer(),
    ];
    for (const bytes of others) await expect(sharp(bytes).metadata()).rejects.toThrow(/unsupported/);
    await expect(sharp(import.meta.filename).metadata()).rejects.toThrow(/unsupported/);
  });

  it.each([
    ["a comment", "<!--ftypavif0000 --><svg"],
    ["a box longer than any", "\x00\x00\x20\x00ftypavif<svg"],
    ["a box shorter than any", "\x00\x00\x00\x09ftypavif\0\0\0\0<svg"],
    ["a GIF of no version", "GIF88a<svg"],
    ["a RIFF that is no WebP", "RIFF\0\0\0\0WAVEfmt <svg"],
  ])("are not asked of %s", async (_, text) => {
    const bytes = Buffer.from(text.padEnd(600), "latin1");
    expect(Content.pictureFormat(bytes)).toBeUndefined();
    expect(await convert(bytes)).toMatchObject({ refused: { code: "media.corrupt" } });
  });

  it.each(["png", "webp", "gif", "avif", "jpeg"] as const)("refuse a %s that breaks off", async (format) => {
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const whole = await sharp({ create: { width: 64, height: 64, channels: 3, noise, background: "#000" } })
      .toFormat(format)
      .toBuffer();
    for (const part of [0.3, 0.6, 0.9])
      expect(await convert(whole.subarray(0, whole.length * part)), String(part)).toMatchObject({
        refused: { code: "media.corrupt" },
      });
  });
});

describe("a hundred thousand frames of one pixel", () => {
  const u24 = (value: number) => Buffer.from([value & 255, (value >> 8) & 255, value >> 16]);
  const chunk = (type: string, content: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(content.length);
    return Buffer.concat([Buffer.from(type), size, content, Buffer.alloc(content.length % 2)]);
  };

  async function webp(frames: number): Promise<Buffer> {
    const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: "#f00" } })
      .webp({ lossless: true })
      .toBuffer();
    const frame = chunk(
      "ANMF",
      Buffer.concat([u24(0), u24(0), u24(0), u24(0), u24(20), Buffer.of(0), pixel.subarray(12)]),
    );
    const head = [
      chunk("VP8X", Buffer.concat([Buffer.of(2, 0, 0, 0), u24(0), u24(0)])),
      chunk("ANIM", Buffer.alloc(6)),
    ];
    return chunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...head, ...Array<Buffer>(frames).fill(frame)]));
  }

  function gif(frames: number): Buffer {
    const head = Buffer.from("474946383961010001008000000000ff00000021ff0b4e45545343415045322e300301000000", "hex");
    const frame = Buffer.from("21f90400010000002c0000000001000100000202440100", "hex");
    return Buffer.concat([head, ...Array<Buffer>(frames).fill(frame), Buffer.of(0x3b)]);
  }

  it.each([
    ["webp", () => webp(100_000)],
    ["gif", async () => gif(100_000)],
  ])("in a %s are too many for a flyer, and of a photo only the first is looked at", async (extension, make) => {
    const bytes = await make();
    expect(await strip(bytes, extension)).toMatchObject({
      refused: { code: "image.too_many_frames", message: expect.stringMatching(/100000.*500/) },
    });
    expect(await convert(bytes)).toMatchObject({ width: 1, height: 1 });
  });

  it("may be five hundred", async () => {
    const kept = await strip(await webp(500), "webp");
    if ("refused" in kept) throw new Error(kept.refused.message);
    expect(await strip(await webp(501), "webp")).toMatchObject({ refused: { code: "image.too_many_frames" } });
  });
});
