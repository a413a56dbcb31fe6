import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";

/** `import … from "x"`, `export … from "x"`, `import "x"`; at the start of a line, as the formatter leaves them. */
const STATIC = /^(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["']([^"']+)["']/gm;
const DYNAMIC = /\b(?:import|require)\(\s*["']([^"']+)["']/g;
/** Code that finds a package's files uses `resolve`. Other things are resolved too, so it does not prove an import. */
const RESOLVED = /\bresolve\(\s*["']([@a-z][^"']*)["']/g;

/**
 * The imports of a source file: `{ file, line, specifier, name, above, kind }`. `name` is the package; Node's own are
 * left out. `above` is the root folder that a path out of `packages/` leads to.
 */
export function importsOf(root, file) {
  const text = readFileSync(path.join(root, file), "utf8");
  const found = [
    [STATIC, "import"],
    [DYNAMIC, "import"],
    [RESOLVED, "resolve"],
  ].flatMap(([pattern, kind]) =>
    [...text.matchAll(pattern)].map((match) => ({
      file,
      line: text.slice(0, match.index).split("\n").length,
      specifier: match[1],
      name: packageOf(file, match[1]),
      above: aboveOf(file, match[1]),
      kind,
    })),
  );
  return found.filter(
    ({ specifier, name, above }) => (name || above) && !specifier.startsWith("node:") && !isBuiltin(specifier),
  );
}

/** The root folder that a path out of `packages/` leads to. */
function aboveOf(file, specifier) {
  if (!specifier.startsWith(".") || !file.startsWith(`packages${path.sep}`)) return undefined;
  const [top, next] = path.normalize(path.join(path.dirname(file), specifier)).split(path.sep);
  return top !== "packages" && next ? top : undefined;
}

/** A path from one workspace into another counts as an import of that other workspace. */
function packageOf(file, specifier) {
  if (specifier.startsWith("/")) return undefined;
  if (!specifier.startsWith("."))
    return specifier
      .split("/")
      .slice(0, specifier.startsWith("@") ? 2 : 1)
      .join("/");
  const [top, folder] = path.normalize(path.join(path.dirname(file), specifier)).split(path.sep);
  const inside = file.startsWith(path.join("packages", folder ?? "") + path.sep);
  return top === "packages" && folder && !inside ? `@dropclip/${folder}` : undefined;
}
