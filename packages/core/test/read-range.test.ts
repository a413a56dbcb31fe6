import { describe, expect, it } from "vitest";
import { advancing, inBlocks, ReadTooMuch } from "../src/video/read-range.ts";

const file = Buffer.alloc(3_000_000, 7);
const read = async (offset: number, length: number) => file.subarray(offset, offset + length);

describe("inBlocks", () => {
  it("reads each block once for who reads in crumbs, and no more in all than is allowed", async () => {
    const places: number[] = [];
    const blocks = inBlocks(
      (offset, length) => {
        places.push(offset);
        return read(offset, length);
      },
      file.length,
      2 * 1024 ** 2,
    );
    for (let at = 0; at < 2000; at += 10) expect((await blocks(1024 ** 2 - 1000 + at, 10)).length).toBe(10);
    expect(places).toEqual([0, 1024 ** 2]);
    await expect(blocks(2 * 1024 ** 2, 10)).rejects.toThrow(ReadTooMuch);
    await expect(blocks(0, 2.5 * 1024 ** 2)).rejects.toThrow(ReadTooMuch);
  });
});

describe("advancing", () => {
  it("lets who goes on go on", async () => {
    const reader = advancing(read);
    for (let at = 0; at < file.length; at += 1000) expect((await reader(at, 10)).length).toBe(10);
  });

  it.each([1, 2, 50])("ends who goes round in a circle of %i places", async (places) => {
    const reader = advancing(read);
    const round = async () => {
      for (let step = 0; ; step++) await reader((step % places) * 100, 10);
    };
    await expect(round()).rejects.toThrow(ReadTooMuch);
  });
});
