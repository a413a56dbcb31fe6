// Part of `npm run lint`. Packages name exactly what they use, in exact versions; the layers hold; unused exports fail.
import { readdirSync } from "node:fs";
import path from "node:path";
import { boundaryProblems } from "./dependencies/boundaries.mjs";
import { exportProblems } from "./dependencies/exports.mjs";
import { importsOf } from "./dependencies/imports.mjs";
import { lockProblems } from "./dependencies/lock.mjs";
import { manifestProblems, readManifest } from "./dependencies/manifest.mjs";
import { sources } from "./sources.mjs";

/** Tests pass another checkout. */
const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, ".."));
const SKIPPED = ["node_modules", "packages", "dist"];

const folders = readdirSync(path.join(root, "packages")).sort();
const workspaces = folders.map((folder) => workspace(path.join("packages", folder)));
const own = workspace(".");

const problems = [
  ...[own, ...workspaces].flatMap((one) => manifestProblems(one, own, workspaces)),
  ...[own, ...workspaces].flatMap(boundaryProblems),
  ...workspaces.flatMap((one) => exportProblems(one, [own, ...workspaces])),
  ...lockProblems(path.join(root, "package-lock.json")),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length ? 1 : 0;

function workspace(folder) {
  const files = sources(root, folder, SKIPPED).filter((file) => !file.endsWith(".d.ts"));
  return { folder, manifest: readManifest(root, folder), imports: files.flatMap((file) => importsOf(root, file)) };
}
