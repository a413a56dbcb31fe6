import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = path.resolve(import.meta.dirname, "../check-dependencies.mjs");
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "dependencies-"));
  write("package.json", { devDependencies: { vitest: "5.1.1" } });
  write("package-lock.json", { packages: {} });
  write(".npmrc", "save-exact=true\nignore-scripts=true\n");
  write("packages/core/package.json", { dependencies: { valibot: "1.5.0" } });
  write("packages/core/src/a.ts", 'import * as v from "valibot";\nimport { b } from "./b.ts";\n');
  write("packages/core/test/a.test.ts", 'import { it } from "vitest";\nimport fs from "node:fs";\n');
  write("packages/synth/package.json", {});
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, content: string | object) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), typeof content === "string" ? content : JSON.stringify(content, null, 2));
}

function check() {
  const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: "utf8" });
  return { status, lines: stderr.split("\n").filter(Boolean) };
}

describe("check-dependencies", () => {
  it("is content with exact, used and named dependencies", () => expect(check()).toEqual({ status: 0, lines: [] }));

  it.each(["^1.5.0", "~1.5.0", "*", "1.x", "latest", ">=1.5.0", "git+https://x/y.git", "file:../x", "1.5.0 || 2.0.0"])(
    "refuses the version %s",
    (version) => {
      write("packages/core/package.json", { dependencies: { valibot: version } });
      expect(check()).toEqual({
        status: 1,
        lines: [`packages/core/package.json:3: valibot is "${version}", not an exact version`],
      });
    },
  );

  it("finds what nothing imports, tools aside", () => {
    write("packages/core/package.json", {
      dependencies: { left: "1.0.0", valibot: "1.5.0" },
      devDependencies: { "@types/node": "24.0.0", typescript: "7.0.2" },
    });
    expect(check().lines).toEqual(["packages/core/package.json:3: nothing in packages/core imports left"]);
  });

  it("finds imports that the package does not name, in every form", () => {
    write(
      "packages/core/src/b.ts",
      [
        'import type { Handler } from "aws-lambda";',
        "import {",
        "  one,",
        '} from "@scope/one/deep";',
        'export * from "two";',
        // In pieces, so that the check does not find it in this file.
        ["const three = await import", '("three");'].join(""),
        'import "four";',
        'import { it } from "vitest";',
        'import "node:path";',
      ].join("\n"),
    );
    expect(check().lines).toEqual(
      [
        [1, "aws-lambda"],
        [2, "@scope/one"],
        [5, "two"],
        [7, "four"],
        [8, "vitest"],
        [6, "three"],
      ].map(([line, name]) => `packages/core/src/b.ts:${line}: packages/core/package.json does not name ${name}`),
    );
  });

  it("takes a package's types for the package", () => {
    write("packages/core/package.json", {
      dependencies: { valibot: "1.5.0" },
      devDependencies: { "@types/a__b": "1.0.0" },
    });
    write("packages/core/src/b.ts", 'import type { X } from "@a/b";\n');
    expect(check().status).toBe(0);
  });

  /** A package that exports `./x`, which another folder imports. */
  const exporting = (name: string) => {
    const dependencies = name === "core" ? { valibot: "1.5.0" } : {};
    write(`packages/${name}/package.json`, { dependencies, exports: { "./x": "./src/x.ts" } });
    write(`test/${name}.test.ts`, `import "@dropclip/${name}/x";\n`);
  };

  it.each([
    ["core", "synth", "it may import no package of the project"],
    ["synth", "core", "it may import no package of the project"],
    ["functions", "local", "it may import @dropclip/core"],
    ["local", "core", "it may import @dropclip/synth"],
    ["cli", "functions", "it may import @dropclip/core, @dropclip/synth, @dropclip/local, @dropclip/audit"],
  ])("keeps %s from importing %s, by name or by path", (from, to, advice) => {
    if (from !== "core") write(`packages/${from}/package.json`, {});
    exporting(to);
    write(
      `packages/${from}/src/b.ts`,
      `import { x } from "@dropclip/${to}/x";\nimport { y } from "../../${to}/src/y.ts";\n`,
    );
    const lines = [1, 2].map(
      (line) => `packages/${from}/src/b.ts:${line}: ${from} must not import @dropclip/${to}: ${advice}`,
    );
    const byPath = `packages/${from}/src/b.ts:2: ../../${to}/src/y.ts is another package's file: import it by that package's name, @dropclip/${to}`;
    expect(check()).toEqual({ status: 1, lines: [...lines, byPath] });
  });

  it("allows what the layers allow", () => {
    for (const [from, to] of [
      ["functions", "core"],
      ["local", "synth"],
      ["cli", "local"],
    ]) {
      write(`packages/${from}/src/b.ts`, `import { x } from "@dropclip/${to}/x";\n`);
      for (const name of [from!, to!]) exporting(name);
    }
    write("stacks/a.ts", 'import { x } from "../packages/core/src/x";\n');
    write("packages/local/test/a.test.ts", 'import { y } from "../../../test/support.ts";\n');
    expect(check()).toEqual({ status: 0, lines: [] });
  });

  it("keeps the stacks to the domain, everybody to packages' names, and packages from what stands on them", () => {
    write("stacks/a.ts", 'import { x } from "../packages/functions/src/x";\n');
    write("e2e/a.ts", 'import { x } from "../packages/core/src/a.ts";\n');
    write("packages/core/src/c.ts", 'import { x } from "../../../test/support.ts";\n');
    expect(check().lines).toEqual([
      "e2e/a.ts:1: ../packages/core/src/a.ts is another package's file: import it by that package's name, @dropclip/core",
      "stacks/a.ts:1: stacks must not import @dropclip/functions: it may import @dropclip/core",
      "packages/core/src/c.ts:1: core must not import from test/",
    ]);
  });

  it("finds imports of what is not exported, and exports that nobody else imports", () => {
    write("packages/core/package.json", {
      dependencies: { valibot: "1.5.0" },
      exports: { "./used": "./src/a.ts", "./own": "./src/b.ts" },
    });
    write("packages/core/test/b.test.ts", 'import "@dropclip/core/own";\n');
    write(
      "test/a.test.ts",
      'import "@dropclip/core/used";\nimport "@dropclip/core/hidden";\nimport "@dropclip/core";\n',
    );
    expect(check().lines).toEqual([
      "test/a.test.ts:2: packages/core/package.json does not export @dropclip/core/hidden",
      "test/a.test.ts:3: packages/core/package.json does not export @dropclip/core",
      "packages/core/package.json:7: nobody else imports ./own: it need not be exported",
    ]);
  });

  it("finds a lock file that npm ci would refuse", () => {
    const optionalDependencies = { "@a/linux": "1.0.0", "@a/darwin": "1.0.0" };
    const integrity = "sha512-a";
    const packages = { "node_modules/a": { optionalDependencies, integrity }, "node_modules/@a/linux": { integrity } };
    write("package-lock.json", { packages });
    expect(check().lines).toEqual([
      "package-lock.json:3: node_modules/a wants @a/darwin, which the lock file has not got: npm ci would refuse it",
    ]);
  });

  it("finds packages that would be installed unchecked, the project's own aside", () => {
    const packages = {
      "": {},
      "packages/core": {},
      "node_modules/@dropclip/core": { resolved: "packages/core", link: true },
      "node_modules/a": { integrity: "sha512-a" },
      "node_modules/a/node_modules/b": { version: "1.0.0" },
    };
    write("package-lock.json", { packages });
    expect(check().lines).toEqual([
      "package-lock.json:12: node_modules/a/node_modules/b has no integrity: whatever the registry sends would be installed",
    ]);
  });

  it("finds a second version of a part of the AWS SDK", () => {
    const integrity = "sha512-a";
    const name = "@aws-sdk/client-s3";
    const packages = { [`node_modules/${name}`]: { integrity }, [`packages/core/node_modules/${name}`]: { integrity } };
    write("package-lock.json", { packages });
    expect(check().lines).toEqual([
      `package-lock.json:6: packages/core/node_modules/${name} is a second version of a part of the AWS SDK`,
    ]);
  });

  it("finds install scripts, but for those whose packages are known to do without", () => {
    const scripted = { integrity: "sha512-a", hasInstallScript: true };
    write("package-lock.json", { packages: { "node_modules/esbuild": scripted, "node_modules/node": scripted } });
    expect(check().lines).toEqual([
      "package-lock.json:7: node_modules/node has an install script, which is not run here: does it do without?",
    ]);
  });

  it.each(["", "ignore-scripts=false\n"])("wants npm to run no install script: %j", (settings) => {
    write(".npmrc", settings);
    expect(check().lines).toEqual([".npmrc:1: ignore-scripts=true is not there: install scripts would run"]);
  });
});
