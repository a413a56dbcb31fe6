import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { esbuild } from "./esbuild.ts";

/** The runtime's own files as every process loads them. */
export interface RuntimeFiles {
  bootstrap: string;
  guard: string;
}

const SOURCES = fileURLToPath(new URL("./runtime", import.meta.url));

/** Bundles the runtime into `directory`: plain JavaScript, so that no process pays for stripping types. */
export async function buildRuntime(directory: string, stopped: AbortSignal): Promise<RuntimeFiles> {
  const files = { bootstrap: join(directory, "bootstrap.mjs"), guard: join(directory, "guard.cjs") };
  await Promise.all([
    esbuild(SOURCES, [join(SOURCES, "bootstrap.ts"), `--outfile=${files.bootstrap}`, "--format=esm"], stopped),
    // CommonJS is preloaded before anything else of a thread runs.
    esbuild(SOURCES, [join(SOURCES, "guard.ts"), `--outfile=${files.guard}`, "--format=cjs"], stopped),
  ]);
  return files;
}
