import { createHash } from "node:crypto";
import { RANGE_ITEMS } from "../limits.ts";

/** Chance as the functions take it: injected, so that tests can predict it. */
export interface Chance {
  /** At least 0, below 1. */
  random(): number;
  uuid(): string;
}

/** An expression that would hold more than AWS lets it. */
export class MemoryLimitError extends Error {}

const HASHES: Record<string, string> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/**
 * Functions Step Functions adds to JSONata (developer guide, "Transforming data with JSONata"), and `$eval` which it
 * takes away.
 */
export function functions(chance: Chance): Record<string, unknown> {
  return {
    eval: undefined,
    partition: (list: unknown, size: number) => {
      if (list === undefined) return undefined;
      return partition(Array.isArray(list) ? list : [list], size);
    },
    range: (first: number, last: number, step: number) => range(first, last, step),
    hash: (text: unknown, algorithm = "SHA-256") => {
      if (text === undefined) return undefined;
      return hash(typeof text === "string" ? text : JSON.stringify(text), algorithm);
    },
    uuid: () => chance.uuid(),
    parse: (text: unknown) => (text === undefined ? undefined : JSON.parse(String(text))),
    random: (seed?: number) => (seed === undefined ? chance.random() : seeded(seed)),
  };
}

export function partition<T>(list: T[], size: number): T[][] {
  if (!Number.isInteger(size) || size < 1) throw new Error("the chunk size must be a positive integer");
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

/** A JSONata sequence, so that a single number comes out as the number (recorded on AWS: `$range(1, 9, 9)` is 1). */
function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error("the step must not be zero");
  const count = Math.floor((last - first) / step) + 1;
  if (count > RANGE_ITEMS) throw new MemoryLimitError();
  const numbers = Array.from({ length: Math.max(0, count) }, (_, at) => first + at * step);
  return Object.defineProperty(numbers, "sequence", { value: true });
}

export function hash(text: string, algorithm: string): string {
  const name = HASHES[algorithm];
  if (!name) throw new Error(`unknown hash algorithm ${algorithm}`);
  return createHash(name).update(text).digest("hex");
}

/**
 * One step of mulberry32: the same seed gives the same number, as the contract says; AWS's generator is not published.
 */
export function seeded(seed: number): number {
  let state = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
}
