import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createLambda } from "../../src/lambda/index.ts";
import { lambdaFunction, type Running, start } from "./handlers.ts";

let running: Running;
afterEach(() => running.close());

const pidOf = (name: string) => running.call(name).then(({ payload }) => payload.pid);

describe("a changed source", () => {
  it("is what the next invocation runs", async () => {
    running = start({
      one: `import { word } from "./word.ts"; export const handler = async () => ({ word, pid: process.pid });`,
    });
    running.project.write("word.ts", `export const word: string = "first";`);
    const first = (await running.call("one")).payload;
    running.project.write("word.ts", `export const word: string = "second";`);
    const second = (await running.call("one")).payload;
    expect([first.word, second.word]).toEqual(["first", "second"]);
    expect(second.pid).not.toBe(first.pid);
  });
  it("that bundles to the same code keeps its warm process", async () => {
    running = start({ one: `export const handler = async () => ({ pid: process.pid });` });
    const pid = await pidOf("one");
    running.project.write("one.ts", `// a comment\nexport const handler = async () => ({ pid: process.pid });`);
    expect(await pidOf("one")).toBe(pid);
  });
  it("that is broken fails the invocation and says why in the log, and works again when mended", async () => {
    running = start({ one: `export const handler = async () => 1;` });
    expect((await running.call("one")).payload).toBe(1);
    running.project.write("one.ts", `export const handler = async () => {`);
    const broken = await running.call("one");
    expect(broken).toMatchObject({ error: "Unhandled", payload: { errorType: "Runtime.UserCodeSyntaxError" } });
    expect(broken.payload.errorMessage).toContain("src/one.ts");
    expect(running.lambda.log("one")).toContain("the bundle could not be built");
    running.project.write("one.ts", `export const handler = async () => 2;`);
    expect((await running.call("one")).payload).toBe(2);
  });
  it("in a package with its own tsconfig changes the bundle too", async () => {
    running = start({ one: `import data from "./data.json"; export const handler = async () => data.n;` });
    running.project.write("data.json", `{"n":1}`);
    expect((await running.call("one")).payload).toBe(1);
    running.project.write("data.json", `{"n":20}`);
    expect((await running.call("one")).payload).toBe(20);
  });
});

describe("a bundle", () => {
  it("is not made before it is needed", async () => {
    running = start({ one: `export const handler = async () => 1;`, two: `export const handler = async () => 2;` });
    await running.call("one");
    expect(readdirSync(join(running.world.directory, "lambda")).filter((name) => !name.startsWith("."))).not.toContain(
      "two",
    );
  });
  it("of the last start is used again", async () => {
    running = start({ one: `export const handler = async () => 1;` });
    await running.call("one");
    await running.lambda.stop();
    const manifest = join(running.world.directory, "lambda/one/manifest.json");
    const { id } = JSON.parse(readFileSync(manifest, "utf8"));
    const bundle = join(running.world.directory, "lambda/one", id, "one.mjs");
    const code = readFileSync(bundle, "utf8");
    expect(code).toContain("topLevelCreateRequire");
    const options = { world: running.world, root: running.project.root, localise: (value: string) => value };
    const again = createLambda({ ...options, functions: [lambdaFunction("one")] });
    rmSync(join(running.world.directory, "lambda/one", id, "meta.json"));
    expect((await again.invoke("one", "{}")).payload).toBe("1");
    expect(readdirSync(join(running.world.directory, "lambda/one", id))).not.toContain("meta.json");
    await again.stop();
  });
  it("is made anew when its folder was emptied under it", async () => {
    running = start({ one: `export const handler = async () => 1;` });
    await running.call("one");
    rmSync(join(running.world.directory, "lambda/one"), { recursive: true });
    expect((await running.call("one")).payload).toBe(1);
  });
  it("leaves out what is installed instead, and finds it", async () => {
    running = start(
      {
        one: `import { value } from "installed"; import local from "bundled"; export const handler = async () => [value, local];`,
      },
      { overrides: { one: { install: ["installed"] } } },
    );
    const packages: Record<string, string> = {
      "../node_modules/installed/package.json": `{"name":"installed","type":"module","main":"index.js"}`,
      "../node_modules/installed/index.js": `export const value = import.meta.url;`,
      "../node_modules/bundled/package.json": `{"name":"bundled","main":"index.js"}`,
      "../node_modules/bundled/index.js": `module.exports = __dirname;`,
    };
    for (const [name, text] of Object.entries(packages)) running.project.write(name, text);
    const { payload } = await running.call("one");
    expect(payload[0]).toContain("/node_modules/installed/index.js");
    expect(payload[1]).toContain(join(running.world.directory, "lambda/one"));
  });
  it("leaves out what is external, which fails where it is imported", async () => {
    running = start(
      {
        one: `export const handler = async ({ load }) => (load ? (await import(${JSON.stringify("@absent/part")})).value : "fine");`,
        two: `import "@absent/whole"; export const handler = async () => "fine";`,
      },
      { overrides: { one: { external: ["@absent/*"] }, two: { external: ["@absent/*"] } } },
    );
    expect((await running.call("one", { load: false })).payload).toBe("fine");
    const { payload } = await running.call("one", { load: true });
    expect(payload.errorMessage).toContain("Cannot find package '@absent/part'");
    expect((await running.call("two")).payload.errorMessage).toContain("Cannot find package '@absent/whole'");
  });
  it("installs nothing that is external, not even what SST installs by itself", async () => {
    running = start(
      { one: `export const handler = async () => import("sharp").then(() => "there", () => "not there");` },
      { overrides: { one: { external: ["sharp"] } } },
    );
    running.project.write("../node_modules/sharp/package.json", `{"name":"sharp","main":"index.js"}`);
    running.project.write("../node_modules/sharp/index.js", "");
    expect((await running.call("one")).payload).toBe("not there");
  });
  it("of a handler without file fails the invocation", async () => {
    running = start({ one: "" }, { overrides: { one: { handler: "src/missing.handler" } } });
    expect((await running.call("one")).payload).toMatchObject({
      errorType: "Runtime.ImportModuleError",
      errorMessage: expect.stringContaining("src/missing.handler"),
    });
  });
  it("is built anew after a start that finds it broken", async () => {
    running = start({ one: `export const handler = async () => 1;` });
    await running.call("one");
    const home = join(running.world.directory, "lambda", "one");
    for (const name of readdirSync(home, { recursive: true, encoding: "utf8" }))
      if (name.endsWith("one.mjs")) writeFileSync(join(home, name), "");
    const { world, project } = running;
    const next = createLambda({
      world,
      functions: [lambdaFunction("one")],
      root: project.root,
      localise: (value) => value,
    });
    expect((await next.invoke("one", "{}")).payload).toBe("1");
    await next.stop();
  });
  it("is shared by invocations that come while it is made", async () => {
    running = start({ one: `export const handler = async () => 1;` });
    const all = await Promise.all([running.call("one"), running.call("one"), running.call("one")]);
    expect(all.map(({ payload }) => payload)).toEqual([1, 1, 1]);
  });
});

describe("warm", () => {
  it("starts processes, so that the first invocation does not", async () => {
    running = start({
      one: `export const handler = async () => ({ pid: process.pid });`,
      broken: `export const handler = (`,
    });
    await running.lambda.warm();
    const log = running.lambda.log("one");
    await running.call("one");
    expect(log).not.toContain("REPORT");
    expect(running.lambda.log("one")).toContain("Init Duration");
    expect(running.lambda.log("broken")).toContain("ERROR");
  });
  it("refuses a name that is no function", async () => {
    running = start({ one: `export const handler = async () => 1;` });
    await expect(running.lambda.warm(["two"])).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });
});
