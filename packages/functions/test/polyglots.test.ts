import { describe, expect, it } from "vitest";
import { convert } from "../src/image/convert.ts";
import { strip } from "../src/image/strip.ts";
import { hidden, MARK, PAYLOADS, PICTURES } from "./hostile/polyglots.ts";

/** Reasons a fan is told, as a photo and as a flyer or profile picture. */
const REASONS = ["media.corrupt", "media.unsupported_format", "image.not_a_picture"];
const EXTENSIONS = ["jpg", "png", "webp", "avif", "gif"];

/** What is served of a file, all ways it can be sent; nothing where it is refused. */
async function served(bytes: Uint8Array, extensions: string[]): Promise<Uint8Array[]> {
  const results = [await convert(bytes), ...(await Promise.all(extensions.map((one) => strip(bytes, one))))];
  return results.flatMap((result) => {
    if ("refused" in result) {
      expect(REASONS).toContain(result.refused.code);
      expect(result.refused.message).toMatch(/^[A-Z].*\.$/);
      return [];
    }
    return "jpeg" in result ? [result.jpeg, result.thumbnail] : [result.bytes];
  });
}
const marked = (all: Uint8Array[]) => all.filter((bytes) => Buffer.from(bytes).includes(MARK));

describe.each(Object.keys(PICTURES))("a %s", (format) => {
  it.each(Object.keys(PAYLOADS))("that begins as %s is refused", async (kind) => {
    const bytes = Buffer.concat([PAYLOADS[kind]!, await PICTURES[format]!()]);
    expect(await served(bytes, EXTENSIONS)).toEqual([]);
  });

  it.each(Object.keys(PAYLOADS))("that ends as %s is served without", async (kind) => {
    const all = await served(Buffer.concat([await PICTURES[format]!(), PAYLOADS[kind]!]), EXTENSIONS);
    expect(all.length).toBeGreaterThanOrEqual(2);
    expect(marked(all)).toEqual([]);
  });

  it("with all of these hidden in it is served without, or refused", async () => {
    let published = 0;
    for (const [place, bytes] of Object.entries(await hidden(format))) {
      expect(bytes.includes(MARK), place).toBe(true);
      const all = await served(bytes, [format === "heic" ? "jpg" : format]);
      published += all.length;
      expect(marked(all), place).toEqual([]);
    }
    expect(published).toBeGreaterThan(0);
  });

  it("whose first bytes are those of another is refused", async () => {
    const bytes = await PICTURES[format]!();
    for (const [other, make] of Object.entries(PICTURES)) {
      const isSame = other === format || [other, format].every((one) => ["heic", "avif"].includes(one));
      if (isSame) continue;
      const head = (await make()).subarray(0, 24);
      expect(await served(Buffer.concat([head, bytes.subarray(24)]), EXTENSIONS), other).toEqual([]);
      expect(await served(Buffer.concat([head, bytes]), EXTENSIONS), other).toEqual([]);
    }
  });
});
