import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, run, Unready } from "./step.mjs";

const LOCK = path.join(root, "package-lock.json");
/** npm's own note of what it installed. */
const INSTALLED = path.join(root, "node_modules/.package-lock.json");
/** Ours: the hash of the lock file that was found installed. */
const STAMP = path.join(root, "node_modules/.dropclip-lock");
/** The Node that everything else runs on. npm links it from the one package of it that is for this machine. */
const NODE = path.join(root, "node_modules/.bin/node");

/** Installs what the lock file names unless it is there. */
export function dependencies() {
  const text = readFileSync(LOCK, "utf8");
  const hash = createHash("sha256").update(text).update(`${process.platform}-${process.arch}`).digest("hex");
  const whole = existsSync(INSTALLED) && existsSync(NODE);
  if (whole && read(STAMP) === hash) return;
  if (!whole || !matches(JSON.parse(text), JSON.parse(readFileSync(INSTALLED, "utf8")))) {
    run("installing dependencies (npm ci)", "npm", ["ci", "--no-audit", "--no-fund"], {
      hint: "npm could not install the dependencies: is the registry reachable?",
    });
    // The package is optional, since the other platforms' are: npm goes on without it, also when it could not be fetched.
    if (!existsSync(NODE)) throw new Unready(noNode(JSON.parse(text)));
  }
  writeFileSync(STAMP, hash);
}

/** Whether every package of the lock file is installed in its version; packages for other platforms need not be. */
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
