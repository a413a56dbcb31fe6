import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { foreignEnd, isForeignEnd } from "../foreign-end.ts";

const require = createRequire(import.meta.url);
const LOG_CHARACTERS = 1024 * 1024;

export const esbuildVersion: string = require("esbuild/package.json").version;

/**
 * The esbuild program of this machine. Its package's own command starts Node first where no install script has put the
 * program in its place, and Node takes longer to start than a bundle to build.
 */
const program = programOf(process.platform, process.arch);

function programOf(platform: string, arch: string): string {
  try {
    return createRequire(require.resolve("esbuild")).resolve(`@esbuild/${platform}-${arch}/bin/esbuild`);
  } catch {
    return require.resolve("esbuild/bin/esbuild");
  }
}

/**
 * Runs the esbuild command, which ends when the bundle is written: its JavaScript API would leave a service running.
 * Rejects with esbuild's own message, and when `stopped` aborts it.
 */
export async function esbuild(cwd: string, args: string[], stopped: AbortSignal): Promise<void> {
  stopped.throwIfAborted();
  const fixed = ["--bundle", "--platform=node", "--log-level=error", "--color=false"];
  const child = spawn(program, [...args, ...fixed], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    // A group of its own: a terminal's Ctrl-C does not reach it, and it ends with what it started.
    detached: true,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-LOG_CHARACTERS);
  });
  const kill = () => endGroup(child.pid);
  stopped.addEventListener("abort", kill, { once: true });
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    if (isForeignEnd(signal)) await foreignEnd(stopped);
    stopped.throwIfAborted();
    if (code !== 0) throw new Error(said.trim() || `esbuild ended with ${signal ?? `exit status ${code}`}`);
  } finally {
    stopped.removeEventListener("abort", kill);
  }
}

function endGroup(pid: number | undefined) {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
