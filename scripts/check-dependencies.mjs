// Part of `npm run lint`: what the packages name is what they use, in exact versions; the layers hold, and no more is exported than others import.
import { readdirSync } from "node:fs";
import path from "node:path";
import { boundaryProblems } from "./dependencies/boundaries.mjs";
import { exportProblems } from "./dependencies/exports.mjs";
import { importsOf } from "./dependencies/imports.mjs";
import { lockProblems } from "./dependencies/lock.mjs";
import { manifestProblems, readManifest } from "./dependencies/manifest.mjs";

/** Another checkout may be given, for the tests. */
const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, ".."));
const SKIPPED = new Set(["node_modules", "packages", "dist"]);

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
  const files = sources(folder);
  return { folder, manifest: readManifest(root, folder), imports: files.flatMap((file) => importsOf(root, file)) };
}

/** Source files below a folder, by their path from the root. Hidden folders hold what tools made. */
function sources(folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) || entry.name.startsWith(".") ? [] : sources(place);
    return /\.(ts|tsx|mts|js|mjs)$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [place] : [];
  });
}
