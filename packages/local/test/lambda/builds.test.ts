import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLambda } from "../../src/lambda/index.ts";
import { lambdaFunction, type Running, start } from "./handlers.ts";
import { testWorld } from "./support.ts";

const CODE = `export const handler = async () => ({ word: "first", at: import.meta.url });`;

let builds: string;
let first: Running;
beforeEach(() => {
  builds = mkdtempSync(join(tmpdir(), "dropclip-builds-"));
  first = start({ one: CODE }, { builds });
});
afterEach(() => {
  first.close();
  rmSync(builds, { recursive: true, force: true });
});

/** What another cloud of the same sources answers; it has a data directory of its own. */
async function another() {
  const world = testWorld();
  const options = { world, root: first.project.root, localise: (value: string) => value, builds };
  const lambda = createLambda({ ...options, functions: [lambdaFunction("one")] });
  try {
    const payload = JSON.parse((await lambda.invoke("one", "{}")).payload!);
    const bundle = join(world.directory, "lambda/one", payload.at.split("/").at(-2));
    const files = readdirSync(bundle);
    return { ...payload, files, directory: world.directory };
  } finally {
    await lambda.stop();
    world.close();
  }
}

/** The only build there is, and its folder. */
function build() {
  const [home = ""] = readdirSync(builds);
  const manifest = JSON.parse(readFileSync(join(builds, home, "manifest.json"), "utf8"));
  return { manifest, directory: join(builds, home, manifest.id) };
}

describe("a build that another cloud has made", () => {
  it("is taken as it is, with what the engine compiled of it, and runs in this cloud's own folder", async () => {
    await first.call("one");
    await first.lambda.stop();
    // Only a copy has it.
    writeFileSync(join(build().directory, "mark"), "");
    const taken = await another();
    expect(taken.files).toEqual(expect.arrayContaining(["mark", ".cache"]));
    expect(taken.at).toContain(taken.directory);
  });

  it("is not taken when a source has changed since", async () => {
    await first.call("one");
    const before = build().manifest.id;
    first.project.write("one.ts", CODE.replace("first", "second"));
    expect((await another()).word).toBe("second");
    expect(build().manifest.id).not.toBe(before);
  });

  it("is not taken when its code is damaged, nor when its manifest is", async () => {
    await first.call("one");
    writeFileSync(join(build().directory, "one.mjs"), "export const handler = () => 'damaged';");
    expect((await another()).word).toBe("first");
    const home = join(build().directory, "..");
    writeFileSync(join(home, "manifest.json"), "{");
    expect((await another()).word).toBe("first");
    expect(build().manifest.id).toBeDefined();
  });

  it("is not taken for other options of the same function, nor by another checkout", async () => {
    await first.call("one");
    const others = start({ one: CODE }, { builds, overrides: { one: { external: ["x"] } } });
    expect((await others.call("one")).payload.word).toBe("first");
    others.close();
    expect(readdirSync(builds)).toHaveLength(2);
  });

  it("leaves nothing half done in the folder", async () => {
    await Promise.all([first.call("one"), another()]);
    const home = join(build().directory, "..");
    expect(readdirSync(home).filter((name) => name.startsWith("draft-"))).toEqual([]);
    expect(existsSync(join(build().directory, "one.mjs"))).toBe(true);
  });
});
