import { Id, uuidv7 } from "@dropclip/core/ids";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";

describe("uuidv7", () => {
  it("sorts by its time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), (ms) => {
        expect(uuidv7(ms) < uuidv7(ms + 1)).toBe(true);
      }),
    );
  });

  it("carries version 7 and the variant of RFC 9562", () => {
    expect(uuidv7(0, (bytes) => bytes.fill(0xff))).toBe("00000000-0000-7fff-bfff-ffffffffffff");
    expect(v.is(Id, uuidv7(Date.now()))).toBe(true);
  });
});
