import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { withLock } from "../files/lock.ts";
import { readSite, type Site } from "./site.ts";

const run = promisify(execFile);

type Surroundings = Pick<Context, "clock" | "signal">;

/** What the pages are made of, from the repository's root. */
const SOURCES = ["packages/web", "packages/core/src", "openapi.json", "package-lock.json"];
const MADE = ["dist", "node_modules"];
const OUTPUT_BYTES = 16 * 1024 ** 2;

/** Where the build puts the pages. */
const siteFolder = (root: string) => join(root, "packages/web/dist");
/** Written when a build has ended well: what one that was cut off has left may look whole. */
const stampFile = (root: string) => join(root, "node_modules/.dropclip-pages");
/** Held while the folder is written or read. */
const lockFile = (root: string) => join(root, "node_modules/.dropclip-pages.lock");

/** Whether the repository has the pages' sources. */
export const hasPages = (root: string) => existsSync(join(root, "packages/web/package.json"));

/** Builds the pages. A `CliError` has what the build said. */
export const buildSite = (root: string, around: Surroundings): Promise<Site> =>
  alone(root, around, () => build(root, around.signal));

/** The pages as they are built, and built anew where they are older than what they are made of. */
export const freshSite = (root: string, around: Surroundings): Promise<Site> =>
  alone(root, around, async () => {
    if (!isFresh(root)) await build(root, around.signal);
  });

/** Several clouds may start at once, and one must not read what another is building. */
const alone = (root: string, around: Surroundings, work: () => Promise<void>): Promise<Site> =>
  withLock(lockFile(root), around, async () => {
    await work();
    return readSite(siteFolder(root));
  });

async function build(root: string, signal: AbortSignal) {
  rmSync(stampFile(root), { force: true });
  try {
    const options = { cwd: root, signal, maxBuffer: OUTPUT_BYTES };
    await run("npm", ["run", "--silent", "build", "-w", "packages/web"], options);
  } catch (error) {
    signal.throwIfAborted();
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    throw new CliError(`the pages could not be built: ${`${stdout}${stderr}`.trim() || message}`);
  }
  mkdirSync(dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), "");
}

function isFresh(root: string): boolean {
  if (!existsSync(siteFolder(root)) || !existsSync(stampFile(root))) return false;
  const builtMs = changedMs(stampFile(root));
  return SOURCES.every((source) => changedMs(join(root, source)) <= builtMs);
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
