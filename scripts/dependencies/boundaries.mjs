/** Which packages of the project a package or folder may import; a folder that is not here may import every package. */
const MAY_IMPORT = {
  "packages/core": [],
  "packages/functions": ["core"],
  "packages/synth": [],
  "packages/local": ["synth"],
  "packages/cli": ["core", "synth", "local"],
  "packages/web": ["core"],
  stacks: ["core"],
  scripts: ["functions"],
};
/** SST and a script that runs before anything is built take files by their path; all others go by the package's name. */
const BY_PATH = new Set(["stacks", "scripts"]);
/** Folders of the root that no package may reach into: they stand on the packages. Its tests may share helpers with `test/`. */
const ABOVE = ["bench", "e2e", "scripts", "stacks", "test"];

/** Imports that go against the layers, as `file:line: sentence`. */
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
  // Helpers of a package's tests are no part of what it exports.
  if (!byPath || BY_PATH.has(placeOf(file)) || specifier.includes("/test/")) return [];
  return [`${file}:${line}: ${specifier} is another package's file: import it by that package's name, ${name}`];
}

function upwards({ file, line, above }) {
  const [, self, part] = file.split("/");
  if (!ABOVE.includes(above) || (part === "test" && above === "test")) return [];
  return [`${file}:${line}: ${self} must not import from ${above}/`];
}

/** `packages/core`, `stacks`; tests of a folder of the root are a place of their own, `stacks/test`. */
function placeOf(file) {
  const [top, second] = file.split("/");
  if (top === "packages") return `${top}/${second}`;
  return second === "test" ? `${top}/test` : top;
}

const packageOf = (name) => (name?.startsWith("@dropclip/") ? name.slice("@dropclip/".length) : undefined);
