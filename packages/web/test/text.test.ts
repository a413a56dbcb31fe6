import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import de from "../src/text/languages/de.ts";
import en from "../src/text/languages/en.ts";

/** Every path of a dictionary with its words; what takes numbers or names is called with some. */
function words(text: object, path = ""): [string, string][] {
  return Object.entries(text).flatMap(([name, value]) => {
    const at = path ? `${path} ${name}` : name;
    if (typeof value === "object") return words(value, at);
    return [[at, typeof value === "function" ? value(7, "«b»", "«c»") : value] as [string, string]];
  });
}

describe.each([
  ["English", en],
  ["German", de],
])("%s", (_, text) => {
  it("has every word English has, and none of them empty", () => {
    const empty = words(text).filter(([, said]) => said.trim() === "");
    expect([
      words(text)
        .map(([path]) => path)
        .sort(),
      empty,
    ]).toEqual([
      words(en)
        .map(([path]) => path)
        .sort(),
      [],
    ]);
  });
});

it("says in its own words why a file was refused", () => {
  const source = readFileSync(join(import.meta.dirname, "../../core/src/reasons.ts"), "utf8");
  const reasons = [...source.matchAll(/: Reason => \(\{\s+code: "([\w.]+)"/g)].map(([, code]) => code!);
  expect(reasons.length).toBeGreaterThan(10);
  expect(reasons.filter((code) => !(code in en.problem))).toEqual([]);
});

it("has German that is not English", () => {
  const english = Object.fromEntries(words(en));
  const same = words(de).filter(([path, said]) => said === english[path]);
  // The same in both languages.
  expect(same.map(([path]) => path)).toEqual(["general name", "home title", "media clip", "send speed"]);
});
