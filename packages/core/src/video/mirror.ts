export * as Mirror from "./mirror.ts";

/** Clockwise. */
export type Degrees = 0 | 90 | 180 | 270;

/** How far a number may be off: rounding to fixed point. */
const TOLERANCE = 0.02;
/** The turn, by the four numbers of the matrix that follow from it (rows, for points as row vectors). */
const TURNS: Record<string, Degrees> = { "-1,0,0,1": 0, "0,1,1,0": 90, "1,0,0,-1": 180, "0,-1,-1,0": 270 };

/**
 * The turn of a display matrix (nine numbers) that mirrors the picture, as some apps record with the front camera:
 * degrees clockwise, after which the picture is mirrored left to right. Undefined for a matrix that does not mirror,
 * scales or shears.
 */
export function turn(matrix: readonly number[]): Degrees | undefined {
  const [a, b, , c, d] = matrix;
  const numbers = [a, b, c, d].map((one) => one ?? Number.NaN);
  // Adding zero makes -0 a 0.
  const whole = numbers.map((one) => Math.round(one) + 0);
  if (!numbers.every((one, index) => Math.abs(one - whole[index]!) <= TOLERANCE)) return undefined;
  return TURNS[whole.join()];
}
