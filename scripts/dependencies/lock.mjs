import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * Optional packages of other platforms that the lock file leaves out. npm leaves them out when its registry has not
 * got them, and `npm ci` then refuses the whole lock file, everywhere.
 */
export function lockProblems(file) {
  if (!existsSync(file)) return [`${path.basename(file)}:1: there is none`];
  const text = readFileSync(file, "utf8");
  const { packages } = JSON.parse(text);
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !found(packages, place, name))
      .map(
        (name) =>
          `${path.basename(file)}:${lineOf(text, place)}: ${place} wants ${name}, which the lock file has not got: npm ci would refuse it`,
      ),
  );
}

/** Whether Node would find the package from there: beside it, or in a folder further up. */
function found(packages, place, name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    if (packages[path.posix.join(folder, "node_modules", name)]) return true;
    if (!folder) return false;
  }
}

const lineOf = (text, place) => text.slice(0, text.indexOf(`"${place}": {`)).split("\n").length;
