import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const PROGRAM = new URL("../src/main.ts", import.meta.url).href;

/** Loads the program, and prints the address of every module that Node has loaded for it. */
const LOAD = `
const { registerHooks } = await import("node:module");
const loaded = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});
await import(${JSON.stringify(PROGRAM)});
console.log(JSON.stringify(loaded));
`;

describe("the start of the program", () => {
  it("reads the API's schemas from the domain, and does not load its database client", () => {
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", LOAD], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      encoding: "utf8",
    });
    const loaded = JSON.parse(output) as string[];
    expect(loaded.filter((url) => url.endsWith("/core/src/upload/schemas.ts"))).toHaveLength(1);
    expect(loaded.filter((url) => /\/client-dynamodb\/|\/electrodb\//.test(url))).toEqual([]);
  });
});
