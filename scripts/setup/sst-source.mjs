import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, run, Unready } from "./step.mjs";

/** The versions that sst 4.17.1 wants in its config folder; it downloads them from GitHub when they are missing. */
const PULUMI_VERSION = "3.215.0";
const BUN_VERSION = "1.2.1";
/** Integrity of that version's packages, as far as the registry used here has them. */
const BUN_INTEGRITY = {
  "@oven/bun-linux-x64":
    "sha512-3QDzETq7FLjjJyvuL6Sb7SGu7jHv2GllucJrKVElRgsbibCVbBLjF44EWjK/e4LB+z9qIDqreqrIQAS1IaPgiw==",
  "@oven/bun-linux-x64-baseline":
    "sha512-JzQtZno0K6RF0je+znbBkgcOvoK9Gp2+fExUe4EAoR4IvBG6Nb4AtTB3SXnpiTcLLv5PbD52pFFFp9nYzoalcA==",
  "@oven/bun-linux-x64-musl":
    "sha512-/JG5baa0n9ROtwgebKi+lS3i5/a4QFPZpyCSfJ39adqC7YlzYt32+jMBgdIlbNcosMAWfBgXDylzeX7+HWy+zA==",
  "@oven/bun-linux-x64-musl-baseline":
    "sha512-wsUgdHvdO4FhEfgMWecOG1S32HPf8uRsMGfwGf7Bg/dnkf1JzOcnN1cLJBJ6Yj/1havIA1yYB9U5LicxcF0Dhw==",
};

const TOOLS = path.join(root, ".tools");
const STAMP = path.join(root, ".sst/dropclip-stamp");

/**
 * Fetches the source of SST's components and of its providers, which synth runs, from npm alone. `sst install` needs
 * a `pulumi`, which it only asks for its version, and a `bun`, which npm has as well. Both go into a config folder of
 * the project: the user's own ~/.config/sst keeps the real ones, which `sst dev` and `sst deploy` use.
 */
export function sstSource() {
  const wanted = stamp();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted && installed()) return;

  const bin = path.join(TOOLS, "config/sst/bin");
  mkdirSync(bin, { recursive: true });
  write(path.join(bin, "pulumi"), `#!/bin/sh\necho v${PULUMI_VERSION}\n`);
  const bun = bunPackage();
  if (!existsSync(bunBinary(bun)) || bunVersion(bun) !== BUN_VERSION) fetchBun(bun);
  rmSync(path.join(bin, "bun"), { force: true });
  symlinkSync(bunBinary(bun), path.join(bin, "bun"));

  run("fetching SST's component source", path.join(root, "node_modules/.bin/sst"), ["install", "--stage", "dev"], {
    env: {
      XDG_CONFIG_HOME: path.join(TOOLS, "config"),
      BUN_INSTALL_CACHE_DIR: path.join(TOOLS, "bun-cache"),
      SST_TELEMETRY_DISABLED: "1",
      PATH: `${path.join(root, "node_modules/.bin")}${path.delimiter}${process.env.PATH}`,
    },
    hint: "sst could not fetch its component source from npm",
  });
  if (!installed()) throw new Unready("sst install succeeded but made no .sst/platform");
  writeFileSync(STAMP, wanted);
}

/** Uses a prefix of its own: inside the workspaces npm would change the project's node_modules and lock file. */
function fetchBun(name) {
  const integrity = BUN_INTEGRITY[name];
  if (!integrity) console.error(`the integrity of ${name} is not known here: the registry is believed`);
  const dependencies = { [name]: BUN_VERSION };
  const entry = { version: BUN_VERSION, integrity };
  const packages = { "": { dependencies }, [`node_modules/${name}`]: entry };
  write(path.join(TOOLS, "package.json"), JSON.stringify({ dependencies }));
  write(path.join(TOOLS, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, requires: true, packages }));
  run("fetching bun", "npm", ["ci", "--prefix", TOOLS, "--ignore-scripts", "--no-audit", "--no-fund"]);
}

const installed = () =>
  ["platform/src/components", "platform/node_modules/@pulumi/pulumi", "provider-lock.json"].every((place) =>
    existsSync(path.join(root, ".sst", place)),
  );

/** Changes when the SST version or the providers change, not with the rest of the config. */
function stamp() {
  const version = JSON.parse(readFileSync(path.join(root, "node_modules/sst/package.json"), "utf8")).version;
  const config = readFileSync(path.join(root, "sst.config.ts"), "utf8");
  return createHash("sha256").update(version).update(providersOf(config)).digest("hex");
}

/** The text of the config's `providers: { … }`; the whole config when that part is not found. */
function providersOf(config) {
  const start = config.search(/\bproviders\s*:\s*\{/);
  if (start < 0) return config;
  let depth = 0;
  for (let at = config.indexOf("{", start); at < config.length; at++) {
    if (config[at] === "{") depth++;
    if (config[at] === "}" && --depth === 0) return config.slice(start, at + 1).replace(/\s+/g, "");
  }
  return config;
}

function bunPackage() {
  const arch = { x64: "x64", arm64: "aarch64" }[process.arch];
  const supported = arch && ["linux", "darwin"].includes(process.platform);
  if (!supported)
    throw new Unready(
      `there is no bun ${BUN_VERSION} for ${process.platform} on ${process.arch}: synth runs on Linux and macOS`,
    );
  const linux = process.platform === "linux";
  const musl = linux && !process.report.getReport().header.glibcVersionRuntime ? "-musl" : "";
  // Bun's usual build needs AVX2.
  const old = linux && arch === "x64" && !/\bavx2\b/.test(readFileSync("/proc/cpuinfo", "utf8")) ? "-baseline" : "";
  return `@oven/bun-${process.platform}-${arch}${musl}${old}`;
}

const bunBinary = (name) => path.join(TOOLS, "node_modules", name, "bin/bun");
const bunVersion = (name) =>
  JSON.parse(readFileSync(path.join(TOOLS, "node_modules", name, "package.json"), "utf8")).version;

function write(file, text) {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}
