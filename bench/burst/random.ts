/** Returns a number from 0 up to, but not including, 1. */
export type Random = () => number;

/** The same sequence for the same seed: a linear congruential generator whose output is mixed (splitmix32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 2 ** 32;
  };
}

/** A separate sequence for each use, so that one more draw here changes nothing there. */
export const streams = (seed: number) => {
  let count = 0;
  return (): Random => seeded(seed * 1_000 + count++);
};

/** Returns `value`, up to a fifth more or less. */
export const jitter = (value: number, random: Random) => value * (0.8 + 0.4 * random());
