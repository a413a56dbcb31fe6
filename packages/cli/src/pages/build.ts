import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";

import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { CliError } from "../errors.ts";

const run = promisify(execFile);

/** What the pages are made of, from the repository's root. */
const SOURCES = ["packages/web", "packages/core/src", "openapi.json", "package-lock.json"];
const MADE = ["dist", "node_modules"];
const OUTPUT_BYTES = 16 * 1024 ** 2;

/** Where the build puts the pages. */
export const siteFolder = (root: string) => join(root, "packages/web/dist");

/** Written when a build has ended well: what one that was cut off has left may look whole. */
const stampFile = (root: string) => join(root, "node_modules/.dropclip-pages");

/** Whether the repository has the pages' sources. */
export const hasPages = (root: string) => existsSync(join(root, "packages/web/package.json"));

/** Builds the pages. A `CliError` has what the build said. */
export async function build(root: string, signal: AbortSignal): Promise<string> {
  rmSync(stampFile(root), { force: true });
  try {
    const options = { cwd: root, signal, maxBuffer: OUTPUT_BYTES };
    await run("npm", ["run", "--silent", "build", "-w", "packages/web"], options);
    mkdirSync(dirname(stampFile(root)), { recursive: true });
    writeFileSync(stampFile(root), "");
    return siteFolder(root);
  } catch (error) {
    signal.throwIfAborted();
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    throw new CliError(`the pages could not be built: ${`${stdout}${stderr}`.trim() || message}`);
  }
}

/** Builds the pages where they are not there, or older than what they are made of; their folder. */
export async function buildStale(root: string, signal: AbortSignal): Promise<string> {
  const folder = siteFolder(root);
  const builtMs = existsSync(folder) ? changedMs(stampFile(root)) : Number.NEGATIVE_INFINITY;
  const fresh = SOURCES.every((source) => changedMs(join(root, source)) <= builtMs);
  return fresh && builtMs > 0 ? folder : build(root, signal);
}

/** When anything at a path was changed last. */
function changedMs(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return Number.NEGATIVE_INFINITY;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const below = readdirSync(path).filter((name) => !MADE.includes(name));
  // A folder's own time tells of files that are gone.
  return Math.max(stats.mtimeMs, ...below.map((name) => changedMs(join(path, name))));
}
