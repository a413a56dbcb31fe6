import { existsSync } from "node:fs";
import { run, which } from "./step.mjs";

export const isDebian = () => existsSync("/etc/debian_version") && which("apt-get") !== undefined;

/** Whether packages can be installed without asking anybody. */
export const mayInstall = () => isDebian() && process.getuid?.() === 0;

let listed = false;

/** Installs a package of Debian or Ubuntu, and nothing that is only recommended beside it. */
export function install(name) {
  const env = { DEBIAN_FRONTEND: "noninteractive", PATH: process.env.PATH };
  if (!listed) run("reading Debian's package lists", "apt-get", ["update"], { env });
  listed = true;
  run(`installing ${name}`, "apt-get", ["install", "-y", "--no-install-recommends", name], { env });
}
