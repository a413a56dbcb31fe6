import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cadence, rateFor } from "../src/video/rates.ts";

/** Frames that come so many a second, for so many seconds, one stretch after the other. */
function frames(...stretches: [perSecond: number, seconds: number][]): number[] {
  const times: number[] = [0];
  for (const [perSecond, seconds] of stretches)
    for (let count = 0; count < perSecond * seconds; count++) times.push(times.at(-1)! + 1 / perSecond);
  return times;
}
const rate = (times: number[]) => {
  const found = rateFor(undefined, cadence(times));
  return found && found.numerator / found.denominator;
};

describe("rateFor", () => {
  it.each<[string, [number, number][], number | undefined]>([
    ["frames that come evenly at a standard rate are left so", [[30, 4]], undefined],
    ["a slow, even rate is left as it is", [[7, 4]], undefined],
    [
      "half at 30 and half at 24, as phones in dim light: none is lost",
      [
        [30, 2],
        [24, 2],
      ],
      30,
    ],
    [
      "24 with a second of 60",
      [
        [24, 5],
        [60, 1.2],
        [24, 5],
      ],
      60,
    ],
    [
      "a burst shorter than a second is not followed",
      [
        [24, 5],
        [60, 0.2],
        [24, 5],
      ],
      30,
    ],
    [
      "a slow camera that is uneven",
      [
        [14, 3],
        [9, 3],
      ],
      15,
    ],
    ["slow motion", [[240, 2]], 60],
  ])("%s", (_, stretches, expected) => expect(rate(frames(...stretches))).toBe(expected));

  it("takes a browser's jitter for what it is", () => {
    const jittered = frames([30, 10]).map((time, index) => Math.round(time * 1000 + ((index * 7) % 11) - 5) / 1000);
    expect(rate(jittered)).toBe(30);
  });

  it("knows nothing of one frame", () => {
    expect(cadence([0])).toBeUndefined();
    expect(cadence([1, 1])).toBeUndefined();
    expect(rateFor(undefined, undefined)).toBeUndefined();
  });

  it("is never below the fastest second but by what rounding takes, and never above 60", () => {
    const stretch = fc.tuple(fc.integer({ min: 1, max: 240 }), fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 2, maxLength: 4 }), (stretches) => {
        // One frame more: how long the last one is shown is told by the next.
        const times = frames(...stretches, [1, 1]);
        const { even } = cadence(times)!;
        const fastest = Math.min(60, Math.max(...stretches.map(([perSecond]) => perSecond)));
        const found = rate(times);
        if (!even) expect(found).toBeGreaterThanOrEqual(fastest * 0.95);
        if (found !== undefined) expect(found).toBeLessThanOrEqual(60);
      }),
      { numRuns: 2000 },
    );
  });
});
