import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LambdaFunction } from "@dropclip/synth/cloud";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import { parseGraph } from "@dropclip/synth/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventsOf } from "./bundles/events.ts";
import { check } from "./bundles/run.ts";

const graph = cloud(parseGraph(readFileSync("stacks/graph.json", "utf8")));
/** Bundling and Node.js's start keep a core each. */
const PARALLEL = 2;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dropclip-bundles-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parents = (path: string): string[] => (dirname(path) === path ? [] : [dirname(path), ...parents(dirname(path))]);

describe("every function as SST would upload it", () => {
  it("lies where it finds no packages but its own", () => {
    expect(parents(folder).filter((parent) => existsSync(join(parent, "node_modules")))).toEqual([]);
  });

  it("comes as far as a call of AWS and misses no module, whatever kind of event it is sent", async () => {
    const events = await eventsOf(graph);
    const left = [...graph.functions];
    const problems: string[] = [];
    const work = async () => {
      for (let fn = left.pop(); fn; fn = left.pop())
        problems.push(...(await check(process.cwd(), fn, events.get(fn.arn)!, join(folder, fn.name))));
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    expect(problems).toEqual([]);
  });

  it("is sent something by somebody", async () => {
    const events = await eventsOf(graph);
    expect(graph.functions.filter(({ arn }) => events.get(arn)!.length === 0).map(({ name }) => name)).toEqual([]);
  });

  it("has its native parts for the architecture it runs on", () => {
    const lock = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
    const native = graph.functions.flatMap(({ install, architecture }) =>
      install.map((name) => `${name} ${architecture}`),
    );
    for (const one of new Set(native)) {
      const [name, architecture] = one.split(" ") as [string, string];
      const parts = Object.keys(lock[`node_modules/${name}`].optionalDependencies ?? {});
      const cpu = architecture === "arm64" ? "arm64" : "x64";
      const fitting = parts.filter((part) => part.endsWith(`-linux-${cpu}`) && lock[`node_modules/${part}`]);
      expect([one, fitting.length > 0]).toEqual([one, parts.length > 0]);
    }
  });
});

describe("the check finds", () => {
  const CALL = "await new Promise((_, fail) => get(process.env.AWS_ENDPOINT_URL).on('error', fail));";
  // Apart, so that no one takes it for an import of this file.
  const BESIDE = '"beside"';
  const USES_BESIDE = `import { here } from ${BESIDE};`;
  const handler = (body: string, imports = "") =>
    `import { get } from "node:http";\n${imports}\nexport async function handler() { ${body} }`;

  async function found(code: string, changes: Partial<LambdaFunction> = {}) {
    const root = mkdtempSync(join(folder, "seed-"));
    writeFileSync(join(root, "seed.ts"), code);
    // Where esbuild finds it, and the bundle does not.
    const beside = join(root, "node_modules/beside");
    mkdirSync(beside, { recursive: true });
    writeFileSync(join(beside, "package.json"), JSON.stringify({ name: "beside", version: "1.0.0", main: "index.js" }));
    writeFileSync(join(beside, "index.js"), "exports.here = () => require('fs').existsSync('.');");
    writeFileSync(join(root, "package.json"), JSON.stringify({ name: "seed", dependencies: { beside: "1.0.0" } }));
    const seed = {
      ...graph.functions[0]!,
      name: "seed",
      handler: "seed.handler",
      install: [],
      external: [],
      ...changes,
    };
    return check(root, seed, [{}], mkdtempSync(join(folder, "packed-")));
  }

  it("nothing wrong with a package that is bundled, nor with one that is installed", async () => {
    const code = handler(`here(); ${CALL}`, USES_BESIDE);
    expect(await found(code)).toEqual([]);
    expect(await found(code, { install: ["beside"] })).toEqual([]);
  });

  it("a package that is neither bundled nor installed", async () => {
    const code = handler(`here(); ${CALL}`, USES_BESIDE);
    expect(await found(code, { external: ["beside"] })).toEqual([
      "seed leaves beside out of its bundle, which seed.ts imports and SST does not install",
      expect.stringMatching(/^seed misses a module: .*beside/),
    ]);
  });

  it("one that is missed only when the handler is called, or never in these calls", async () => {
    const missed = expect.stringContaining("misses a module");
    const late = handler(`await import(${BESIDE});`);
    expect(await found(late, { external: ["beside"] })).toContainEqual(missed);
    const caught = handler(`await import(${BESIDE}).catch((error) => console.error(error.message)); ${CALL}`);
    expect(await found(caught, { external: ["beside"] })).toContainEqual(missed);
    const seldom = handler(`if (process.env.SELDOM) await import(${BESIDE}); ${CALL}`);
    expect(await found(seldom, { external: ["beside"] })).toEqual([expect.stringContaining("leaves beside out")]);
  });

  it("a package that would be installed in another version each time", async () => {
    expect(await found(handler(CALL, 'import "pg-native";'))).toContainEqual(
      "seed would be installed with pg-native in its newest version: seed names no exact version of it",
    );
  });

  it("a file that stays behind", async () => {
    const code = handler(
      `readFileSync(new URL("./seed.wasm", import.meta.url)); ${CALL}`,
      'import { readFileSync } from "node:fs";',
    );
    expect(await found(code)).toEqual([expect.stringMatching(/^seed never came as far as a call of AWS: .*ENOENT/)]);
  });

  it("a handler that calls nothing", async () => {
    expect(await found(handler("return 1;"))).toEqual([
      expect.stringContaining("never came as far as a call of AWS: 1"),
    ]);
  });
});
