import { InvalidArgumentError } from "commander";

const BYTES: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses `2GB`, `1.5 GiB`, `500000` to bytes: powers of 1000, or of 1024 with an `i`. */
export function bytesOf(text: string): number {
  const [, amount, unit = "b"] = /^(\d+(?:\.\d+)?)\s*([a-z]+)?$/i.exec(text.trim()) ?? [];
  const factor = BYTES[unit.toLowerCase()];
  if (amount === undefined || factor === undefined)
    throw new InvalidArgumentError("A size is a number and a unit, such as 500MB, 2GB or 1GiB.");
  return Math.round(Number(amount) * factor);
}

/** Parses `10m`, `90s`, `1h30m`, `2d` to milliseconds. */
export function durationOf(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|min|d|h|m|s)\s*/gi)];
  const understood = parts.map(([part]) => part).join("");
  if (parts.length === 0 || understood !== text.trimStart())
    throw new InvalidArgumentError("A duration is a number and a unit, such as 90s, 10m or 1h30m.");
  return Math.round(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * MS[unit!.toLowerCase()]!, 0));
}

/** Parses a whole number from 1 to `largest`. */
export function countOf(largest: number, what: string): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= 1 && count <= largest) return count;
    throw new InvalidArgumentError(`A ${what} is a number from 1 to ${largest}.`);
  };
}
