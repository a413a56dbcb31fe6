import { execFile } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const LOG_BYTES = 1024 * 1024;

export const esbuildVersion: string = require("esbuild/package.json").version;

/**
 * Runs the esbuild command, which ends when the bundle is written: its JavaScript API would leave a service running.
 * Rejects with esbuild's own message.
 */
export function esbuild(cwd: string, args: string[]): Promise<void> {
  const fixed = ["--bundle", "--platform=node", "--log-level=error", "--color=false"];
  return new Promise((resolve, reject) => {
    const options = { cwd, maxBuffer: LOG_BYTES };
    execFile(require.resolve("esbuild/bin/esbuild"), [...args, ...fixed], options, (error, _stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve();
    });
  });
}
