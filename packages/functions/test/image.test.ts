import sharp, { type Color } from "sharp";
import { describe, expect, it } from "vitest";
import { convert } from "../src/image/convert.ts";

const picture = (width: number, height: number, background: Color = "#336699") =>
  sharp({ create: { width, height, channels: 4, background } });
const converted = async (bytes: Uint8Array) => {
  const result = await convert(bytes);
  if ("refused" in result) throw new Error(result.refused.code);
  return { ...result, pixels: await sharp(result.jpeg).raw().toBuffer() };
};

describe("convert", () => {
  it("puts what is transparent on white", async () => {
    const { pixels } = await converted(await picture(8, 8, { r: 0, g: 0, b: 0, alpha: 0 }).png().toBuffer());
    expect([...pixels.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it("turns a picture upright by its EXIF orientation, and forgets everything else in it", async () => {
    const exif = {
      IFD0: { Make: "Phone", Copyright: "fan" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" },
    };
    const turned = await picture(30, 20).jpeg().withExif(exif).withMetadata({ orientation: 6 }).toBuffer();
    const { jpeg, thumbnail, width, height } = await converted(turned);
    expect([width, height]).toEqual([20, 30]);
    for (const made of [jpeg, thumbnail]) {
      const { exif: left, orientation, xmp, iptc } = await sharp(made).metadata();
      expect([left, orientation, xmp, iptc]).toEqual([undefined, undefined, undefined, undefined]);
    }
  });

  it("brings a large picture to 4096 pixels, and enlarges none", async () => {
    const large = await converted(await picture(5000, 1000).jpeg().toBuffer());
    expect([large.width, large.height]).toEqual([4096, 819]);
    const small = await converted(await picture(5, 4).webp().toBuffer());
    expect([small.width, small.height]).toEqual([5, 4]);
  });

  it("shows the first frame of a GIF", async () => {
    const { width, height } = await converted(await picture(12, 10).gif().toBuffer());
    expect([width, height]).toEqual([12, 10]);
  });

  it.each<[string, Uint8Array]>([
    ["text", Buffer.from("not a picture")],
    ["nothing", new Uint8Array()],
    [
      "a HEIF that breaks off",
      Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypheic\0\0\0\0heicmif1"), Buffer.alloc(200)]),
    ],
    [
      "an SVG, which could name other files",
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>'),
    ],
  ])("refuses %s", async (_, bytes) => {
    expect(await convert(bytes)).toMatchObject({ refused: { code: "media.corrupt" } });
  });

  it("refuses a picture that breaks off", async () => {
    const whole = await picture(400, 300).jpeg().toBuffer();
    expect(await convert(whole.subarray(0, whole.length / 2))).toMatchObject({ refused: { code: "media.corrupt" } });
  });

  it("refuses more than 100 megapixels without decoding them", async () => {
    const huge = await sharp({ create: { width: 10_001, height: 10_000, channels: 3, background: "#000" } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    expect(await convert(huge)).toMatchObject({
      refused: { code: "media.too_many_pixels", message: expect.stringContaining("10001 × 10000") },
    });
  });
});
