import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { strip } from "../src/strip.ts";

const picture = (width = 30, height = 20) => sharp({ create: { width, height, channels: 3, background: "#336699" } });
const exif = { IFD0: { Make: "Phone" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" } };

describe("strip", () => {
  it.each(["jpeg", "png", "webp", "avif"] as const)(
    "takes place and device out of a %s, which stays one",
    async (format) => {
      const told = await picture().toFormat(format).withExif(exif).toBuffer();
      expect((await sharp(told).metadata()).exif).toBeDefined();
      const left = (await strip(told))!;
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
    for (const bytes of hiding) {
      const left = Buffer.from((await strip(bytes))!);
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
    expect((await pixels((await strip(many))!)).equals(await pixels(many))).toBe(true);
  });

  it("keeps an animation moving", async () => {
    const frames = await sharp([await picture().png().toBuffer(), await picture().negate().png().toBuffer()], {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    expect((await sharp((await strip(frames))!, { animated: true }).metadata()).pages).toBe(2);
  });

  it("turns a picture upright as it takes away what said how it lies", async () => {
    const left = (await strip(await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer()))!;
    const { width, height, orientation } = await sharp(left).metadata();
    expect([width, height, orientation]).toEqual([20, 30, undefined]);
  });

  it("says of anything else that it cannot be read", async () => {
    const whole = await picture(300, 200).jpeg().withExif(exif).toBuffer();
    const broken = [new TextEncoder().encode("<svg/>"), new Uint8Array(), whole.subarray(0, whole.length / 2)];
    for (const bytes of broken) expect(await strip(bytes)).toBeUndefined();
  });
});
