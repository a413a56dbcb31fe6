import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = path.resolve(import.meta.dirname, "../check-comments.mjs");
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "comments-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function check(source: string, file = "packages/core/src/a.ts") {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), source);
  const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: "utf8" });
  return { status, lines: stderr.split("\n").filter(Boolean) };
}

/** A text of words, `columns` wide. */
const words = (columns: number) =>
  "a "
    .repeat(columns)
    .slice(0, columns - 1)
    .concat("b");

describe("check-comments", () => {
  it.each([
    ["a line comment of 120 columns", `// ${words(117)}`],
    ["a block comment of 120 columns", `/** ${words(113)} */`],
    ["a line of 120 characters that are more bytes", `// ${words(117).replaceAll("a", "ä")}`],
    ["one long word, such as an address", `// https://example.com/${"x".repeat(150)}`],
    ["a directive for a tool, which cannot be wrapped", `// biome-ignore lint/style/x: ${words(120)}`],
    ["code wider than 120 columns", `const a = "${words(150)}";`],
    ["a sentence that begins with another word", "/** Offset in bytes. */"],
  ])("accepts %s", (_, line) => expect(check(`${line}\n`)).toEqual({ status: 0, lines: [] }));

  it.each([
    ["a line comment", `  // ${words(116)}`],
    ["a block comment", `/** ${words(114)} */`],
    ["the middle of a block", `/**\n * ${words(118)}\n */`],
    ["the middle of a block without asterisks", `/*\n${words(121)}\n*/`],
  ])("refuses %s over 120 columns", (_, source) =>
    expect(check(`${source}\n`)).toEqual({
      status: 1,
      lines: [
        expect.stringMatching(/^packages\/core\/src\/a\.ts:[12]: a comment line of 121 columns, of 120 at most$/),
      ],
    }),
  );

  it.each(["// Of a clip.", "/** Of a clip. */", "/**\n * Of a clip.\n */"])("refuses %j", (source) =>
    expect(check(source).lines).toEqual([expect.stringMatching(/: a comment begins with "Of"/)]),
  );

  it("looks at every folder but hidden ones and node_modules", () => {
    const wide = `// ${words(150)}\n`;
    for (const folder of ["node_modules/x", ".sst", "packages/core/node_modules/x"])
      expect(check(wide, `${folder}/a.ts`).lines).toEqual([]);
    for (const folder of ["e2e", "scripts", "stacks/test", "packages/local/src/s3"]) check(wide, `${folder}/a.mjs`);
    expect(check(wide, "test/a.ts").lines.map((line) => line.split(":")[0])).toEqual([
      "e2e/a.mjs",
      "packages/local/src/s3/a.mjs",
      "scripts/a.mjs",
      "stacks/test/a.mjs",
      "test/a.ts",
    ]);
  });
});
