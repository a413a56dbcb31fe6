import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { convert } from "../src/image/convert.ts";
import { strip } from "../src/image/strip.ts";
import { far, SHOWN, shown } from "./shown.ts";

/** Small files that came out wrong, kept beside the repository. */
const FAULTS = join(import.meta.dirname, "../../../../shared/media/faults");
const there = existsSync(FAULTS);
if (!there) console.warn(`skipped: ${FAULTS} is not there, photos that came out wrong are not checked`);

const read = (name: string) => readFileSync(join(FAULTS, name));

describe.runIf(there)("a photo that came out wrong", () => {
  it.each([
    ["01-display-p3-icc.heic", SHOWN],
    ["07-nclx-display-p3.avif", SHOWN],
    ["09b-avif-major-mif1.avif", SHOWN],
    ["03-primary-is-second.heic", Array(4).fill([0, 0, 255])],
  ])("%s has its right colours", async (name, expected) => {
    const { width, height, patches } = await shown(read(name));
    expect([width, height]).toEqual([64, 64]);
    for (const [index, patch] of patches.entries())
      expect(far(patch, expected[index]!), String(patch)).toBeLessThanOrEqual(6);
  });

  it.each([
    ["09-animated.avif", 150, 150],
    ["15-jpeg-without-eoi.jpg", 400, 267],
  ])("%s is published", async (name, width, height) => {
    expect(await convert(read(name))).toMatchObject({ width, height });
  });

  it("10-truncated.heic is refused as damaged", async () => {
    expect(await convert(read("10-truncated.heic"))).toMatchObject({ refused: { code: "media.corrupt" } });
  });

  it("15-jpeg-without-eoi.jpg is refused once a pixel is missing too", async () => {
    const bytes = read("15-jpeg-without-eoi.jpg");
    for (const missing of [40, 1000, 15_000])
      expect(await convert(bytes.subarray(0, -missing))).toMatchObject({ refused: { code: "media.corrupt" } });
  });

  it("17-svg-as-avif.avif is refused as a photo, a flyer and a profile picture, by no SVG parser", async () => {
    expect(await convert(read("17-svg-as-avif.avif"))).toMatchObject({ refused: { code: "media.corrupt" } });
    expect(await strip(read("17-svg-as-avif.avif"), "avif")).toMatchObject({
      refused: { code: "image.not_a_picture" },
    });
  });
});
