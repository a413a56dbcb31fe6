import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { foreignEnd, isForeignEnd } from "../foreign-end.ts";

const require = createRequire(import.meta.url);
const LOG_CHARACTERS = 1024 * 1024;

export const esbuildVersion: string = require("esbuild/package.json").version;

/**
 * Runs the esbuild command, which ends when the bundle is written: its JavaScript API would leave a service running.
 * Rejects with esbuild's own message, and when `stopped` aborts it.
 */
export async function esbuild(cwd: string, args: string[], stopped: AbortSignal): Promise<void> {
  stopped.throwIfAborted();
  const fixed = ["--bundle", "--platform=node", "--log-level=error", "--color=false"];
  const child = spawn(require.resolve("esbuild/bin/esbuild"), [...args, ...fixed], {
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
