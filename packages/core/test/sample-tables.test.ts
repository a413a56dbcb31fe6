import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { claims as claimsOf } from "../src/video/sample-tables.ts";

const box = (type: string, ...content: Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
};
const words = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
};
const table = (type: string, ...entries: number[]) => box(type, words(0, entries.length / 2, ...entries));
const claims = async (file: Buffer) =>
  (await claimsOf(async (offset, length) => file.subarray(offset, offset + length), file.length)).tooMuch;
const film = (...tables: Buffer[]) =>
  Buffer.concat([box("ftyp", Buffer.alloc(8)), box("mdat", Buffer.alloc(64)), box("moov", box("trak", ...tables))]);

describe("claims", () => {
  it.each<[string, Buffer, boolean]>([
    ["an ordinary table", film(table("stts", 900, 512)), false],
    ["a claim of two thousand million samples", film(table("stts", 0x7fffffff, 1)), true],
    ["many claims that come to as much", film(table("stts", 1_500_000, 1, 1_500_000, 1)), true],
    ["such a table of composition times", film(table("stts", 900, 512), table("ctts", 0xffffffff, 1)), true],
    ["more entries than there are bytes", film(box("stts", words(0, 0xffffffff, 5, 1))), false],
    ["no index", box("ftyp", Buffer.alloc(8)), false],
    ["another kind of file", Buffer.from("1a45dfa3".repeat(20), "hex"), false],
    ["nothing", Buffer.alloc(0), false],
  ])("%s: %s", async (_, file, expected) => expect(await claims(file)).toBe(expected));

  it("says so of any bytes, and throws at none", async () => {
    const whole = film(table("stts", 900, 512), table("ctts", 900, 512));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255))), async (changes) => {
        const file = Buffer.from(whole);
        for (const [at, value] of changes) file[at] = value;
        expect(typeof (await claims(file))).toBe("boolean");
      }),
    );
  });
});
