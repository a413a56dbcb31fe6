import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, run, Unready } from "./step.mjs";

const LOCK = path.join(root, "package-lock.json");
/** npm's own record of what it installed. */
const INSTALLED = path.join(root, "node_modules/.package-lock.json");
/** Our record: the hash of the lock file whose packages were found installed. */
const STAMP = path.join(root, "node_modules/.dropclip-lock");
/** The Node version for everything else. npm links it from the package for this platform. */
const NODE = path.join(root, "node_modules/.bin/node");

/** Installs what the lock file names unless it is installed already. */
export function dependencies() {
  const text = readFileSync(LOCK, "utf8");
  const hash = createHash("sha256").update(text).update(`${process.platform}-${process.arch}`).digest("hex");
  const whole = existsSync(INSTALLED) && existsSync(NODE);
  if (whole && read(STAMP) === hash) return;
  if (!whole || !matches(JSON.parse(text), JSON.parse(readFileSync(INSTALLED, "utf8")))) {
    run("installing dependencies (npm ci)", "npm", ["ci", "--no-audit", "--no-fund"], {
      hint: "npm could not install the dependencies: is the registry reachable?",
    });
    // The package is optional, as are those of the other platforms: npm goes on without it even when the download
    // failed.
    if (!existsSync(NODE)) throw new Unready(noNode(JSON.parse(text)));
  }
  writeFileSync(STAMP, hash);
}

/** Whether every package of the lock file is installed in its version. Packages for other platforms may be missing. */
function matches(wanted, installed) {
  return Object.entries(wanted.packages).every(([place, entry]) => {
    if (!place.includes("node_modules/")) return true;
    const found = installed.packages[place];
    if (!found) return Boolean(entry.optional);
    return entry.link ? Boolean(found.link) : found.version === entry.version && found.integrity === entry.integrity;
  });
}

function noNode({ packages }) {
  const machines = Object.values(packages)
    .filter(({ bin, os }) => bin?.node && os)
    .map(({ os, cpu }) => `${os} on ${cpu}`);
  const machine = `${process.platform} on ${process.arch}`;
  return machines.includes(machine)
    ? "npm left out the package of Node for this machine: is the registry reachable?"
    : `the project's Node is there for ${machines.join(", ")}, not for ${machine}`;
}

function read(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
