import { randomFillSync } from "node:crypto";
import * as v from "valibot";

/**
 * A UUID of any version: ids minted here are UUIDv7, a fan's or creative's id is whatever the identity provider gives.
 */
export const Id = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "must be a UUID in lower case"),
);
export type Id = v.InferOutput<typeof Id>;

/** Where time and ids come from; tests put in their own. */
export interface Source {
  /** Milliseconds since the epoch. */
  now(): number;
  id(): string;
}

/** The system's clock and random UUIDv7s. */
export const system: Source = { now: () => Date.now(), id: () => uuidv7(Date.now()) };

/** A UUIDv7 (RFC 9562, 5.7): sorts by `ms`, so "newest first" is the key read backwards. */
export function uuidv7(ms: number, random: (bytes: Uint8Array) => Uint8Array = randomFillSync): string {
  const bytes = random(new Uint8Array(16));
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(ms / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
