/**
 * Which packages of the project a package or folder may import. A folder that is not listed may import every package.
 */
const MAY_IMPORT = {
  "packages/core": [],
  "packages/functions": ["core"],
  "packages/synth": [],
  "packages/audit": ["synth"],
  "packages/local": ["synth"],
  "packages/cli": ["core", "synth", "local", "audit"],
  "packages/web": ["core"],
  stacks: ["core"],
  scripts: ["core", "functions"],
};
/** SST and a script that runs before any build take files by path; all others use the package's name. */
const BY_PATH = new Set(["stacks", "scripts"]);
/**
 * Folders of the root that no package may import, since they use the packages. A package's tests may share helpers with
 * `test/`.
 */
const ABOVE = ["bench", "e2e", "scripts", "stacks", "test"];

/** Imports that break the layers, as `file:line: sentence`. */
export function boundaryProblems({ imports }) {
  return imports.flatMap((one) => [...againstLayers(one), ...againstNames(one), ...upwards(one)]);
}

function againstLayers({ file, line, name }) {
  const place = placeOf(file);
  const to = packageOf(name);
  if (to === undefined || !Object.hasOwn(MAY_IMPORT, place)) return [];
  const self = place.split("/").at(-1);
  if (to === self || MAY_IMPORT[place].includes(to)) return [];
  const others = MAY_IMPORT[place].map((other) => `@dropclip/${other}`).join(", ");
  return [`${file}:${line}: ${self} must not import ${name}: it may import ${others || "no package of the project"}`];
}

function againstNames({ file, line, name, specifier }) {
  const byPath = packageOf(name) !== undefined && specifier.startsWith(".");
  // Helpers of a package's tests are not part of its exports.
  if (!byPath || BY_PATH.has(placeOf(file)) || specifier.includes("/test/")) return [];
  return [`${file}:${line}: ${specifier} is another package's file: import it by that package's name, ${name}`];
}

function upwards({ file, line, above }) {
  const [, self, part] = file.split("/");
  if (!ABOVE.includes(above) || (part === "test" && above === "test")) return [];
  return [`${file}:${line}: ${self} must not import from ${above}/`];
}

/** `packages/core`, `stacks`. Tests of a root folder count separately: `stacks/test`. */
function placeOf(file) {
  const [top, second] = file.split("/");
  if (top === "packages") return `${top}/${second}`;
  return second === "test" ? `${top}/test` : top;
}

const packageOf = (name) => (name?.startsWith("@dropclip/") ? name.slice("@dropclip/".length) : undefined);
