import { afterAll, describe, expect, it } from "vitest";
import { convert } from "../src/image/convert.ts";
import { Exif } from "../src/image/exif.ts";
import { Jpeg } from "../src/image/jpeg.ts";
import { Png } from "../src/image/png.ts";
import { simple } from "../src/image/profile.ts";
import { strip } from "../src/image/strip.ts";
import { Webp } from "../src/image/webp.ts";
import { BOMBS, P3 } from "./hostile/bombs.ts";
import { steppedProfile } from "./hostile/formats.ts";

/** What a photo becomes that asks for more than it shows: published without it, or refused; always soon. */
const PUBLISHED = [
  ...["png: zTXt", "png: iTXt", "png: iCCP", "png: text", "png: chunks", "png: frames", "png: pixels beyond its own"],
  ...["jpeg: fill bytes", "jpeg: segments", "jpeg: exifs", "jpeg: exif loop", "jpeg: large scans"],
  ...["jpeg: profile of 10 MB", "jpeg: profile of 100,000 steps", "webp: profile of 10 MB", "heic: profile of 10 MB"],
  ...["heic: profile of 100,000 steps", "gif: frames", "gif: 100,000 frames", "gif: canvas", "gif: comments"],
  ...["gif: frames of a large canvas", "webp: frames", "webp: chunks", "webp: small frames in a large canvas"],
];
const TOO_LARGE = ["png: side", "jpeg: side", "gif: frame beyond the canvas"];
const UNSUPPORTED = ["heic: sequence"];
const TOO_MANY_FRAMES = ["gif: frames", "gif: 100,000 frames", "webp: frames"];

const outcomeOf = (name: string) => {
  if (PUBLISHED.includes(name)) return "published";
  if (TOO_LARGE.includes(name)) return "media.too_many_pixels";
  return UNSUPPORTED.includes(name) ? "media.unsupported_format" : "media.corrupt";
};

const made = new Map<string, Promise<Buffer>>();
afterAll(() => made.clear());
/** Made once: some take longer than to be refused. */
function bomb(name: string): Promise<Buffer> {
  const found = made.get(name) ?? Promise.resolve(BOMBS[name]!());
  made.set(name, found);
  return found;
}

describe("a photo that asks for more work than it shows", () => {
  it.each(Object.keys(BOMBS))("%s", async (name) => {
    const result = await convert(await bomb(name));
    expect("refused" in result ? result.refused.code : "published").toBe(outcomeOf(name));
  });

  it.each(TOO_MANY_FRAMES)("as a flyer: %s", async (name) => {
    expect(await strip(await bomb(name), name.split(":")[0]!)).toMatchObject({
      refused: { code: "image.too_many_frames" },
    });
  });

  it("gives its decoder nothing of that to read", async () => {
    const kB = 1000;
    for (const name of ["png: zTXt", "png: iTXt", "png: text", "png: chunks", "png: frames"])
      expect(Png.lean(await bomb(name)).length, name).toBeLessThan(kB);
    for (const name of ["jpeg: segments", "jpeg: exifs", "jpeg: exif loop", "jpeg: fill bytes"])
      expect(Jpeg.lean(await bomb(name)).length, name).toBeLessThan(kB);
    for (const name of ["webp: frames", "webp: chunks"]) {
      const { bytes, frames } = Webp.lean(await bomb(name), 1);
      expect([bytes.length < kB, frames]).toEqual([true, name === "webp: frames" ? 100_000 : 0]);
    }
  });
});

describe("simple", () => {
  it("leaves a profile as it is, and takes from another only what has no end", () => {
    expect(simple(P3)).toBe(P3);
    const left = simple(steppedProfile(P3, 3));
    expect([left.includes("D2B0"), left.includes("rTRC")]).toEqual([false, true]);
  });

  it("takes any bytes", () => {
    for (const length of [0, 3, 131, 132, 140]) expect(simple(Buffer.alloc(length, 0xff)).length).toBe(length);
  });
});

describe("Exif.onlyOrientation", () => {
  const tiff = (order: "II" | "MM", type: number, value: number) => {
    const bytes = Buffer.alloc(26);
    const u16 = (number: number, at: number) =>
      order === "II" ? bytes.writeUInt16LE(number, at) : bytes.writeUInt16BE(number, at);
    const u32 = (number: number, at: number) =>
      order === "II" ? bytes.writeUInt32LE(number, at) : bytes.writeUInt32BE(number, at);
    bytes.write(order, "latin1");
    u16(42, 2);
    u32(8, 4);
    u16(1, 8);
    u16(0x0112, 10);
    u16(type, 12);
    u32(1, 14);
    if (type === 3) u16(value, 18);
    else u32(value, 18);
    return bytes;
  };

  it.each([
    ["big-endian", tiff("MM", 3, 6)],
    ["little-endian", tiff("II", 3, 6)],
    ["as a long number", tiff("II", 4, 6)],
    ["behind its header", Buffer.concat([Buffer.from("Exif\0\0"), tiff("II", 3, 6)])],
  ])("keeps how the picture lies, %s", (_, exif) => {
    const left = Exif.onlyOrientation(exif)!;
    expect([left.length, left.readUInt16BE(24)]).toEqual([32, 6]);
  });

  it.each([
    ["none is said", Buffer.from("MM\0*\0\0\0\x08\0\0\0\0\0\0", "latin1")],
    ["it is none", tiff("MM", 3, 9)],
    ["the directory lies behind the end", Buffer.from("MM\0*\xff\xff\xff\xff", "latin1")],
    ["it breaks off", tiff("MM", 3, 6).subarray(0, 17)],
    ["there is nothing", Buffer.alloc(0)],
  ])("is nothing where %s", (_, exif) => expect(Exif.onlyOrientation(exif)).toBeUndefined());
});
