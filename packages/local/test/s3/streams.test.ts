import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unchunk } from "../../src/s3/chunked.ts";
import { readForm } from "../../src/s3/form.ts";
import { listPage } from "../../src/s3/listing.ts";
import { Objects } from "../../src/s3/objects.ts";
import { Store } from "../../src/store.ts";

/** The same bytes in pieces of every size, as a network may deliver them. */
async function* pieces(whole: Buffer, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes);
}

const collect = async (data: AsyncIterable<Buffer>) => {
  const all: Buffer[] = [];
  for await (const piece of data) all.push(piece);
  return Buffer.concat(all).toString();
};

const SIZES = [1, 2, 3, 5, 7, 11, 64, 8191, 8192, 8193, 100_000];

describe("unchunk", () => {
  it.each(SIZES)("reads the same from pieces of %i bytes", async (bytes) => {
    const [first, last] = ["\r\n0\r\n".repeat(2000), "end\r\n"];
    const chunks = [first, last].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
    const body = Buffer.from(`${chunks}0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n`);
    const trailers = new Map<string, string>();
    expect(await collect(unchunk(pieces(body, bytes), trailers))).toBe(first + last);
    expect([...trailers]).toEqual([["x-amz-checksum-crc32", "AAAAAA=="]]);
  });
});

describe("readForm", () => {
  it.each(SIZES)("reads the same from pieces of %i bytes", async (bytes) => {
    const file = "\r\n--bound\r\n--boundar\r\n-".repeat(500);
    const part = (head: string, value: string) =>
      `--boundary\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
    const body = `${part('name="key"', "a\r\nb")}${part('name="file"; filename="C:\\clips\\x.mov"', file)}--boundary--\r\n`;
    const read = await readForm(
      "multipart/form-data; boundary=boundary",
      pieces(Buffer.from(body), bytes),
      async (form) => ({
        fields: [...form.fields],
        fileName: form.fileName,
        file: await collect(form.file),
      }),
    );
    expect(read).toEqual({ fields: [["key", "a\r\nb"]], fileName: "x.mov", file });
  });
});

describe("listPage", () => {
  const letter = fc.constantFrom("a", "b", "/", "é", "～", "🎸");
  const name = fc.array(letter, { minLength: 1, maxLength: 5 }).map((letters) => letters.join(""));

  it("pages through what a filter over all keys gives", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 30 }),
        fc.array(letter, { maxLength: 2 }).map((letters) => letters.join("")),
        fc.constantFrom("", "/", "b/"),
        fc.integer({ min: 1, max: 8 }),
        (keys, prefix, delimiter, limit) => {
          const store = new Store(":memory:");
          const objects = new Objects(store);
          for (const key of keys) {
            const sums = { bodyId: "", bytes: 0, etag: "", modifiedMs: 0, sequencer: "0" };
            objects.put({ bucket: "b", key, headers: {}, metadata: {}, ...sums });
          }
          const expected = new Set<string>();
          for (const key of keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
            if (!key.startsWith(prefix)) continue;
            const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
            expected.add(at < 0 ? `key ${key}` : `prefix ${key.slice(0, at + delimiter.length)}`);
          }
          const found: string[] = [];
          for (let after: string | undefined = ""; after !== undefined; ) {
            const page = listPage(objects, "b", { prefix, delimiter, after, limit });
            expect(page.entries.length).toBeLessThanOrEqual(limit);
            found.push(
              ...page.entries.map((entry) =>
                "object" in entry ? `key ${entry.object.key}` : `prefix ${entry.prefix}`,
              ),
            );
            after = page.next;
          }
          store.close();
          expect(found).toEqual([...expected]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
