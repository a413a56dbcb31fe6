import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Packages whose install script is not run (`ignore-scripts` in .npmrc), and why they work without it. */
const SCRIPTS = {
  esbuild: "its script puts the platform's binary in place of a small wrapper, which finds that binary as well",
};

/**
 * Entries of the lock file that would run or install unchecked code, or that `npm ci` would refuse; `file:line:
 * sentence`.
 */
export function lockProblems(file) {
  if (!existsSync(file)) return [`${path.basename(file)}:1: there is none`];
  const text = readFileSync(file, "utf8");
  const { packages } = JSON.parse(text);
  const problems = Object.entries(packages).flatMap(([place, entry]) =>
    [...unchecked(place, entry), ...scripted(place, entry), ...leftOut(packages, place, entry)].map(
      (problem) => `${path.basename(file)}:${lineOf(text, place)}: ${place} ${problem}`,
    ),
  );
  const twice = twiceInstalled(Object.keys(packages)).map(
    (place) => `${path.basename(file)}:${lineOf(text, place)}: ${place} is a second version of a part of the AWS SDK`,
  );
  return [...problems, ...twice, ...npmProblems(path.join(path.dirname(file), ".npmrc"))];
}

/** The AWS SDK's parts fit one another in one version; a second one of a part is also loaded and bundled beside it. */
const SDK = /(?:^|\/)node_modules\/(@(?:aws-sdk|smithy)\/[^/]+)$/;

/** Where parts of the AWS SDK are installed that are installed at the root too. */
const twiceInstalled = (places) =>
  places.filter((place) => {
    const name = SDK.exec(place)?.[1];
    return name && place !== `node_modules/${name}`;
  });

function unchecked(place, { link, integrity }) {
  const installed = place.includes("node_modules/") && !link;
  return installed && !integrity ? ["has no integrity: whatever the registry sends would be installed"] : [];
}

function scripted(place, { hasInstallScript }) {
  const name = place.split("node_modules/").at(-1);
  return hasInstallScript && !Object.hasOwn(SCRIPTS, name)
    ? ["has an install script, which is not run here: does it do without?"]
    : [];
}

/**
 * Optional packages of other platforms that are missing in the lock file. npm leaves them out when its registry does
 * not have them, and then `npm ci` refuses the whole lock file, everywhere.
 */
function leftOut(packages, place, { optionalDependencies = {} }) {
  return Object.keys(optionalDependencies)
    .filter((name) => !found(packages, place, name))
    .map((name) => `wants ${name}, which the lock file has not got: npm ci would refuse it`);
}

/** Older versions of npm run every install script unless told not to. */
function npmProblems(file) {
  const settings = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return settings.includes("ignore-scripts=true")
    ? []
    : [".npmrc:1: ignore-scripts=true is not there: install scripts would run"];
}

/** Whether Node would find the package from there: in the same folder, or in one further up. */
function found(packages, place, name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    if (packages[path.posix.join(folder, "node_modules", name)]) return true;
    if (!folder) return false;
  }
}

const lineOf = (text, place) => text.slice(0, text.indexOf(`"${place}": {`)).split("\n").length;
