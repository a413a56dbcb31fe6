import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { strip } from "../src/image/strip.ts";

const picture = (width = 30, height = 20) => sharp({ create: { width, height, channels: 3, background: "#336699" } });
const exif = { IFD0: { Make: "Phone" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" } };

/** What is left of a picture. */
async function kept(bytes: Uint8Array, extension = "jpg"): Promise<Buffer> {
  const result = await strip(bytes, extension);
  if ("refused" in result) throw new Error(result.refused.message);
  return Buffer.from(result.bytes);
}

describe("strip", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "takes place and device out of a %s, which stays one",
    async (format) => {
      const told = await picture().toFormat(format).withExif(exif).toBuffer();
      expect((await sharp(told).metadata()).exif).toBeDefined();
      const left = await kept(told, format === "jpeg" ? "jpg" : format);
      const { exif: none, width, height, format: made } = await sharp(left).metadata();
      expect([none, width, height, made]).toEqual([undefined, 30, 20, format === "avif" ? "heif" : format]);
    },
  );

  it("leaves nothing of what stands behind a picture, or beside it", async () => {
    const secret = Buffer.from("51.5007 N, 0.1246 W");
    const jpeg = await picture().jpeg().toBuffer();
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, secret.length + 2]), secret]);
    const second = await picture(8, 8).jpeg().withExif(exif).toBuffer();
    const hiding = [
      Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]),
      Buffer.concat([jpeg, second, secret]),
      Buffer.concat([await picture().png().toBuffer(), secret]),
      Buffer.concat([await picture().gif().toBuffer(), secret]),
      Buffer.concat([await picture().webp().toBuffer(), secret]),
    ];
    for (const [index, bytes] of hiding.entries()) {
      const left = await kept(bytes, ["jpg", "jpg", "png", "gif", "webp"][index]!);
      expect(left.includes(secret)).toBe(false);
      expect(left.includes("Phone")).toBe(false);
    }
  });

  it("keeps every colour of a PNG", async () => {
    const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
    const many = await sharp({ create: { width: 64, height: 64, channels: 3, noise, background: "#000" } })
      .png()
      .toBuffer();
    const pixels = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer();
    expect((await pixels(await kept(many, "png"))).equals(await pixels(many))).toBe(true);
  });

  it("keeps an animation moving", async () => {
    const frames = await sharp([await picture().png().toBuffer(), await picture().negate().png().toBuffer()], {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    expect((await sharp(await kept(frames, "gif"), { animated: true }).metadata()).pages).toBe(2);
  });

  it("turns a picture upright as it takes away what said how it lies", async () => {
    const left = await kept(await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer());
    const { width, height, orientation } = await sharp(left).metadata();
    expect([width, height, orientation]).toEqual([20, 30, undefined]);
  });

  it("says of anything else that it cannot be read", async () => {
    const whole = await picture(300, 200).jpeg().withExif(exif).toBuffer();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    const broken = [Buffer.from(svg), new Uint8Array(), whole.subarray(0, whole.length / 2)];
    for (const bytes of [...broken, await picture().tiff().toBuffer()])
      for (const extension of ["png", "jpg"])
        expect(await strip(bytes, extension)).toMatchObject({ refused: { code: "image.not_a_picture" } });
  });

  it("is in the format that its name says, whatever it was sent in", async () => {
    const jpeg = await picture().jpeg().toBuffer();
    expect((await sharp(await kept(jpeg, "png")).metadata()).format).toBe("png");
    const frames = await sharp([jpeg, jpeg], { join: { animated: true } })
      .gif()
      .toBuffer();
    const { format, height } = await sharp(await kept(frames, "jpg")).metadata();
    expect([format, height]).toEqual(["jpeg", 20]);
  });

  it("says of one with too many pixels how many it may have", async () => {
    const large = await picture(8_000, 8_000).png().toBuffer();
    expect(await strip(large, "png")).toMatchObject({
      refused: { code: "media.too_many_pixels", message: expect.stringMatching(/8000 × 8000.*52 megapixels/) },
    });
  });
});
