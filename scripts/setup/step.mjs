import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** An action for a person; only its message is shown. */
export class Unready extends Error {}

/** `PATH` without the project's own folders: npm must not run on files that are just being replaced. */
const outerPath = (process.env.PATH ?? "")
  .split(path.delimiter)
  .filter((folder) => !folder.endsWith(path.join("node_modules", ".bin")))
  .join(path.delimiter);

/** Prints what is done, does it, and shows the command's output only when it fails. */
export function run(what, command, args, { env = {}, hint } = {}) {
  console.error(`${what} …`);
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, PATH: outerPath, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 2 ** 20,
  });
  if (result.status === 0) return;
  const output = [result.stdout, result.stderr].join("").trim();
  const why = result.error ? result.error.message : `exit code ${result.status ?? result.signal}`;
  const parts = [output, `${[command, ...args].join(" ")}: ${why}`, hint];
  throw new Unready(parts.filter(Boolean).join("\n"));
}

/** The file that a command name stands for, or undefined. */
export function which(name) {
  const folders = name.includes(path.sep) ? [""] : (process.env.PATH ?? "").split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find(runnable);
}

function runnable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
