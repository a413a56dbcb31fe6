import { describe, expect, it } from "vitest";
import { chromaticities } from "../src/image/colour.ts";
import { convert } from "../src/image/convert.ts";
import { DecoderDied } from "../src/image/failure.ts";
import { decode } from "../src/image/hevc.ts";
import { profile } from "../src/image/icc.ts";
import { box, clap, type File, fullBox, grid, heif, hevc, icc, imir, irot, ispe, nclx, u32 } from "./heif.ts";
import { far, SHOWN, shown, WRITTEN } from "./shown.ts";

const SRGB = nclx(1, 13, 1);
const P3 = nclx(12, 13, 1);
async function looks(file: File, expected: number[][], width = 64, height = 64) {
  const found = await shown(heif(file));
  expect([found.width, found.height]).toEqual([width, height]);
  for (const [index, patch] of found.patches.entries())
    expect(far(patch, expected[index]!), `patch ${index}: ${patch}`).toBeLessThanOrEqual(6);
}

describe("a HEIC's colours", () => {
  const p3 = profile(chromaticities(12), undefined);

  it("are sRGB's when the file says so, or nothing", async () => {
    await looks({ items: [hevc("patches-444", SRGB)] }, WRITTEN);
    await looks({ items: [hevc("patches-444", nclx(2, 2, 1))] }, WRITTEN);
  });

  it("are converted by a profile that writers made a little odd: longer, longer than it says, of an intent of their own", async () => {
    const odd = Buffer.concat([p3, Buffer.alloc(3)]);
    const intent = Buffer.from(p3);
    intent.writeUInt32BE(0x00010000 | intent.readUInt32BE(64), 64);
    const lie = Buffer.from(p3);
    lie.writeUInt32BE(p3.length + 100, 0);
    for (const one of [odd, intent, lie]) await looks({ items: [hevc("patches-444", icc(one), nclx(2, 2, 1))] }, SHOWN);
  });

  it("are converted by the ICC profile", async () => {
    await looks({ items: [hevc("patches-444", icc(p3), nclx(2, 2, 1))] }, SHOWN);
    await looks({ items: [hevc("patches-444", nclx(1, 13, 1), icc(p3))] }, SHOWN);
  });

  it("are converted by code points where there is no profile", async () => {
    await looks({ items: [hevc("patches-444", P3)] }, SHOWN);
    await looks({ items: [hevc("patches-422-10", P3)] }, SHOWN);
    await looks({ items: [hevc("patches-444", nclx(1, 8, 1))] }, [
      [245, 124, 104],
      [181, 253, 149],
      [188, 188, 188],
      [255, 218, 195],
    ]);
  });

  it("are shown though the profile is none", async () => {
    await looks({ items: [hevc("patches-444", nclx(2, 2, 1), icc(Buffer.from("no profile at all")))] }, WRITTEN);
  });

  it("are grey when there is no colour", async () => {
    const { patches } = await shown(heif({ items: [hevc("grey", SRGB)] }));
    for (const [red, green, blue] of patches) expect([red, red]).toEqual([green, blue]);
  });

  const srgb = (light: number) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
  const pqLight = (code: number) => {
    const root = code ** (1 / 78.84375);
    return (10_000 * (Math.max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)) / 203;
  };

  it.each([
    ["as the file says", hevc("pq-10", nclx(9, 16, 9))],
    ["as the coded picture says, where the file is silent", hevc("pq-10-vui")],
    ["as the profile says", hevc("pq-10", nclx(2, 2, 9), icc(withCicp(p3, 9, 16)))],
  ])("are brought from PQ to an ordinary screen, %s", async (_, item) => {
    const { patches } = await shown(heif({ items: [item] }));
    const [paper, sun, dark, dusk] = patches.map(([value]) => value!);
    // What is darker than the knee keeps its light; paper stays bright, and the sun is brighter.
    expect(far([dark!, dusk!], [srgb(pqLight(0.3)), srgb(pqLight(0.45))])).toBeLessThanOrEqual(6);
    expect(paper).toBeGreaterThan(210);
    expect(paper).toBeLessThan(240);
    expect(sun).toBeGreaterThanOrEqual(250);
  });

  it("are brought from HLG to an ordinary screen", async () => {
    const { patches } = await shown(heif({ items: [hevc("pq-10", nclx(9, 18, 9))] }));
    const [middle, paper, dark, dusk] = patches.map(([value]) => value!);
    // HLG's 75 % is paper; 38 % is an 18 % grey card (ITU-R BT.2408).
    expect(paper).toBeGreaterThan(210);
    expect(paper).toBeLessThan(240);
    expect([dark! < dusk!, dusk! < middle!, middle! < paper!]).toEqual([true, true, true]);
    expect(dusk).toBeGreaterThan(118);
    expect(dusk).toBeLessThan(160);
  });

  /** A profile with ICC 4.4's tag for code points, which takes the place of its name. */
  function withCicp(from: Buffer, primaries: number, transfer: number): Buffer {
    const made = Buffer.from(from);
    made.write("cicp", 132, "latin1");
    const at = made.readUInt32BE(136);
    made.write("cicp\0\0\0\0", at, "latin1");
    made.set([primaries, transfer, 0, 1], at + 8);
    return made;
  }
});

describe("a HEIC's picture", () => {
  const [first, second, third, fourth] = WRITTEN as [number[], number[], number[], number[]];

  it("is the primary one, wherever it stands", async () => {
    const items = [hevc("red", SRGB), hevc("blue", SRGB)];
    await looks({ items, primary: 1 }, Array(4).fill([254, 0, 0]));
    await looks({ items, primary: 2 }, Array(4).fill([0, 0, 254]));
  });

  it("is turned, mirrored and cut as its properties say, and not again by EXIF", async () => {
    const turned = hevc("patches-444", SRGB, irot(1));
    await looks({ items: [turned] }, [second, fourth, first, third]);
    const tiff = Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex");
    const exif = { type: "Exif", data: Buffer.concat([u32(0), tiff]), references: { type: "cdsc", to: [1] } };
    await looks({ items: [turned, exif] }, [second, fourth, first, third]);
    await looks({ items: [hevc("patches-444", SRGB, imir(1))] }, [second, first, fourth, third]);
    await looks({ items: [hevc("patches-444", SRGB, clap(48, 32))] }, WRITTEN, 48, 32);
  });

  it("is put together of tiles, cut to its odd size, in the colours that only the tiles name", async () => {
    const tiles = { type: "dimg", to: [2, 3] };
    const whole = { type: "grid", data: grid(1, 2, 101, 63), properties: [ispe(101, 63)], references: tiles };
    const { width, height, patches } = await shown(heif({ items: [whole, hevc("red", P3), hevc("blue", P3)] }));
    expect([width, height]).toEqual([101, 63]);
    expect(far(patches[0]!, [255, 0, 0])).toBeLessThanOrEqual(6);
    expect(far(patches[1]!, [0, 0, 255])).toBeLessThanOrEqual(6);
  });

  it("lies on white where it is see-through", async () => {
    const kind = fullBox("auxC", 0, Buffer.from("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"));
    const alpha = { ...hevc("grey", kind), references: { type: "auxl", to: [1] } };
    const { patches } = await shown(heif({ items: [hevc("blue", SRGB), alpha] }));
    const [red, green, blue] = patches[2]!;
    // The third patch is half there.
    expect(far([red!, green!, blue!], [127, 127, 254])).toBeLessThanOrEqual(6);
  });

  it.each([
    ["mif1", ["mif1", "heic"]],
    ["heix", ["heix", "mif1"]],
    ["msf1", ["msf1", "mif1", "heic"]],
    ["one nobody knows", ["what", "mif1", "heic"]],
    ["AVIF's, though its codec is HEVC", ["avif", "mif1"]],
  ])("is found in a file whose first brand is %s", async (_, brands) => {
    await looks({ items: [hevc("patches-444", SRGB)], brands }, WRITTEN);
  });
});

describe("a HEIC", () => {
  const whole = heif({ items: [hevc("patches-444", SRGB), hevc("red", SRGB)] });

  it("is refused wherever it breaks off", async () => {
    for (let length = 16; length < whole.length; length += 37)
      expect(await convert(whole.subarray(0, length)), String(length)).toMatchObject({
        refused: { code: "media.corrupt" },
      });
    expect(await convert(whole.subarray(0, -1))).toMatchObject({ refused: { code: "media.corrupt" } });
  });

  it("is taken though what stands behind it breaks off", async () => {
    const film = Buffer.concat([u32(9999), Buffer.from("mpvd"), Buffer.alloc(50)]);
    await looks({ items: [hevc("patches-444", SRGB)], trailer: film }, WRITTEN);
  });

  it.each([
    ["j2k1", "JPEG 2000"],
    ["avc1", "H.264"],
    ["vvc1", "H.266"],
    ["what", "unusual"],
  ])("with a picture as %s is called what it is, not damaged", async (type, name) => {
    const item = { type, data: Buffer.alloc(40), properties: [ispe(64, 64)] };
    expect(await convert(heif({ items: [item] }))).toMatchObject({
      refused: { code: "media.unsupported_format", message: expect.stringContaining(name) },
    });
  });

  it("with only a sequence is called that", async () => {
    const film = Buffer.concat([box("ftyp", Buffer.from("msf1\0\0\0\0msf1hevc")), box("moov"), box("mdat")]);
    expect(await convert(film)).toMatchObject({ refused: { code: "media.unsupported_format" } });
  });

  it("is measured before it is decoded, with all it is put together of", async () => {
    const huge = { ...hevc("red"), properties: [ispe(20_000, 10_000)] };
    expect(await convert(heif({ items: [huge] }))).toMatchObject({ refused: { code: "media.too_many_pixels" } });
    const tile = { ...hevc("red"), properties: [ispe(9_000, 9_000)] };
    const many = { type: "dimg", to: Array(100).fill(2) };
    const bomb = { type: "grid", data: grid(10, 10, 64, 64), properties: [ispe(64, 64)], references: many };
    expect(await convert(heif({ items: [bomb, tile] }))).toMatchObject({ refused: { code: "media.too_many_pixels" } });
  });

  it("whose parts are made of each other is refused", async () => {
    const self = { type: "iden", properties: [ispe(64, 64)], references: { type: "dimg", to: [1] } };
    expect(await convert(heif({ items: [self] }))).toMatchObject({ refused: { code: "media.corrupt" } });
    // Three grids of 500 parts each would be looked at 125 million times.
    const grids = [2, 3, 4].map((next) => ({
      type: "grid",
      properties: [ispe(64, 64)],
      references: { type: "dimg", to: Array(500).fill(next) },
    }));
    expect(await convert(heif({ items: [...grids, hevc("red")] }))).toMatchObject({
      refused: { code: "media.corrupt" },
    });
  });

  it("that ends the decoder is our failure, and the next is decoded by a fresh one", async () => {
    // More than the decoder's memory can hold.
    await expect(decode(new Uint8Array(2 ** 31), {})).rejects.toThrow(DecoderDied);
    await looks({ items: [hevc("patches-444", SRGB)] }, WRITTEN);
    await looks({ items: [hevc("red", SRGB)] }, Array(4).fill([254, 0, 0]));
  });

  it("leaves nothing in memory", async () => {
    const picture = heif({ items: [hevc("patches-444", SRGB)] });
    await convert(picture);
    const before = process.memoryUsage().rss;
    // Each has 16 MiB of memory for itself, which would be a gigabyte if it were not given back.
    for (let index = 0; index < 64; index++) await convert(picture);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  it("leaves no trace on the next, however it ended", async () => {
    const torn = Buffer.from(whole);
    torn.fill(0xff, torn.length - 900, torn.length - 20);
    await convert(torn);
    await looks({ items: [hevc("patches-444", SRGB)] }, WRITTEN);
  });
});
