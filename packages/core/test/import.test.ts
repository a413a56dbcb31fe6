import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "../src");
const modules = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

/** Loads every module of the domain where any look at the environment is an error, and tells what was looked at. */
const LOAD = `
const looks = [];
const environment = process.env;
process.env = new Proxy(environment, {
  get: (target, name) => {
    const [, , caller = ""] = new Error().stack.split("\\n");
    if (caller.includes("/packages/core/src/")) looks.push(String(name) + " " + caller.trim());
    return target[name];
  },
});
const modules = await Promise.all(process.argv.slice(1).map((file) => import(file)));
const { UploadEntity } = modules.find((one) => one.UploadEntity);
const asked = await UploadEntity.get({ uploadId: "u" }).go().then(() => "answered", String);
console.log(JSON.stringify({ looks, asked }));
`;

describe("the domain", () => {
  it("is imported without a look at the environment: it is connected when somebody says to what", () => {
    const files = modules.map((name) => join(src, name));
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", LOAD, ...files], { encoding: "utf8" });
    const { looks, asked } = JSON.parse(output);
    expect(looks).toEqual([]);
    expect(asked).toContain("No client defined");
    expect(files.length).toBeGreaterThan(50);
  });
});
