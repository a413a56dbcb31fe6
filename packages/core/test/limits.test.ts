import {
  MULTIPART_FROM_BYTES,
  PART_BYTES,
  PARTS,
  partBytes,
  partCount,
  partLength,
  VIDEO_BYTES,
} from "@dropclip/core/limits";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** S3 takes objects of up to 48.8 TiB (AWS). */
const LARGEST = 5 * 1024 ** 4;

describe("parts of a file", () => {
  it("cover it exactly, in at most 10,000 pieces of at least 5 MiB", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LARGEST }), (bytes) => {
        const count = partCount(bytes);
        expect(count).toBeLessThanOrEqual(PARTS);
        expect(partBytes(bytes)).toBeGreaterThanOrEqual(5 * 1024 ** 2);
        expect((count - 1) * partBytes(bytes) + partLength(bytes, count)).toBe(bytes);
        expect(partLength(bytes, count)).toBeGreaterThan(0);
      }),
    );
  });

  it("have 8 MiB for every video that is taken, few enough for one page of ListParts", () => {
    expect(partBytes(VIDEO_BYTES)).toBe(PART_BYTES);
    expect(partCount(VIDEO_BYTES)).toBeLessThanOrEqual(1000);
    expect(partCount(MULTIPART_FROM_BYTES)).toBe(2);
  });
});
