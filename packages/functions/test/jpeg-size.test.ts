import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { jpegSize } from "../src/ingest/jpeg-size.ts";

const jpeg = (width: number, height: number, options = {}) =>
  sharp({ create: { width, height, channels: 3, background: "#123456" } })
    .withExif({ IFD0: { Copyright: "x".repeat(3000) } })
    .jpeg(options)
    .toBuffer();

describe("the size of a JPEG", () => {
  it.each([
    [640, 360, {}],
    [360, 640, { progressive: true }],
    [33, 1, { mozjpeg: true }],
  ])("of %i × %i is told by its first bytes (%o)", async (width, height, options) => {
    expect(jpegSize((await jpeg(width, height, options)).subarray(0, 4096))).toEqual({ width, height });
  });

  it("is unknown of what is cut off before it is told, and of anything else", async () => {
    const whole = await jpeg(8, 8);
    expect(jpegSize(whole.subarray(0, 1000))).toBeUndefined();
    for (const bytes of [new Uint8Array(), Buffer.from("\xff\xd8", "latin1"), Buffer.alloc(4096), whole.subarray(1)])
      expect(jpegSize(bytes)).toBeUndefined();
  });
});
