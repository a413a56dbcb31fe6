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
      const left = await strip(told);
      if (typeof left === "string") throw new Error(left);
      const { exif: none, width, height, format: made } = await sharp(left).metadata();
      expect([none, width, height, made]).toEqual([undefined, 30, 20, format === "avif" ? "heif" : format]);
      expect(await strip(left)).toBe("clean");
    },
  );

  it("leaves a picture alone that tells nothing", async () => {
    for (const format of ["jpeg", "png", "webp", "gif"] as const)
      expect(await strip(await picture().toFormat(format).toBuffer())).toBe("clean");
  });

  it("turns a picture upright as it takes away what said how it lies", async () => {
    const left = await strip(await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer());
    const { width, height, orientation } = await sharp(left as Uint8Array).metadata();
    expect([width, height, orientation]).toEqual([20, 30, undefined]);
  });

  it("says of anything else that it cannot be read", async () => {
    const whole = await picture(300, 200).jpeg().withExif(exif).toBuffer();
    const broken = [new TextEncoder().encode("<svg/>"), new Uint8Array(), whole.subarray(0, whole.length / 2)];
    for (const bytes of broken) expect(await strip(bytes)).toBe("unreadable");
  });
});
