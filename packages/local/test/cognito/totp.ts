import { createHmac } from "node:crypto";

/** The code that an authenticator app shows for a secret at a time: RFC 6238, written apart from what it tests. */
export function totp(secret: string, atMs: number): string {
  const bits = [...secret].map((char) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0"));
  const bytes = bits
    .join("")
    .match(/.{8}/g)!
    .map((byte) => Number.parseInt(byte, 2));
  const time = Buffer.from(
    Math.floor(atMs / 30_000)
      .toString(16)
      .padStart(16, "0"),
    "hex",
  );
  const digest = createHmac("sha1", Buffer.from(bytes)).update(time).digest();
  const at = digest[19]! & 15;
  const number = Number.parseInt(digest.subarray(at, at + 4).toString("hex"), 16) % 2 ** 31;
  return String(number % 1_000_000).padStart(6, "0");
}
