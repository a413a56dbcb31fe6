import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { findChromium } from "../../e2e/index.ts";

const browser = findChromium();
if (!browser) console.warn("skipped: there is no chromium here, `node scripts/setup.mjs test` says how to get one");

describe("the browser that the pages are tested in", () => {
  it.skipIf(!browser)("is a Chromium that runs", () => {
    const { status, stdout } = spawnSync(browser!, ["--version"], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/Chrom(e|ium)\D+\d+/)]);
  });

  it("is there where nobody looks at warnings", () => {
    if (process.env.CI) expect(browser).toBeDefined();
  });
});
