import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Mirror } from "../src/video/mirror.ts";

/** The four numbers that count, in a whole matrix; what is moved by does not. */
const matrix = (a: number, b: number, c: number, d: number) => [a, b, 0, c, d, 0, 160, 0, 1];

describe("Mirror.turn", () => {
  it.each([
    ["left to right", matrix(-1, 0, 0, 1), 0],
    ["along its diagonal", matrix(0, 1, 1, 0), 90],
    ["top to bottom", matrix(1, 0, 0, -1), 180],
    ["along its other diagonal", matrix(0, -1, -1, 0), 270],
  ] as const)("tells the turn before a picture is mirrored that is mirrored %s", (_, given, turn) => {
    expect(Mirror.turn(given)).toBe(turn);
  });

  it.each([
    ["as it is stored", matrix(1, 0, 0, 1)],
    ["turned by 90 degrees", matrix(0, 1, -1, 0)],
    ["turned by 180 degrees", matrix(-1, 0, 0, -1)],
    ["turned by 270 degrees", matrix(0, -1, 1, 0)],
    ["mirrored and scaled", matrix(-2, 0, 0, 1)],
    ["mirrored and sheared", matrix(-1, 0.5, 0, 1)],
    ["mirrored and turned by 45 degrees", matrix(0.7, 0.7, 0.7, -0.7)],
    ["not at all", matrix(0, 0, 0, 0)],
    ["by a matrix that is none", []],
  ])("is undefined for a picture that is shown %s", (_, given) => {
    expect(Mirror.turn(given)).toBeUndefined();
  });

  it("does not mind rounding", () => {
    expect(Mirror.turn(matrix(-0.99998, -0.00002, 0.00002, 1.00002))).toBe(0);
  });

  it("tells a turn only of what mirrors", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 9 }), (numbers) => {
        const [a, b, , c, d] = numbers as [number, number, number, number, number];
        if (Mirror.turn(numbers) !== undefined) expect(a * d - b * c).toBeLessThan(0);
      }),
    );
  });
});
