import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "./context.ts";

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Where the local cloud keeps its data: `.dropclip` in the repository, or `DROPCLIP_DIRECTORY`. */
export function dataDirectory({ env }: Pick<Context, "env">): string {
  return env.DROPCLIP_DIRECTORY ? resolve(env.DROPCLIP_DIRECTORY) : join(ROOT, ".dropclip");
}

/** The user's own settings and unfinished uploads. The XDG specification says to ignore relative values. */
export function configDirectory({ env }: Pick<Context, "env">): string {
  const base = env.XDG_CONFIG_HOME;
  return join(base && isAbsolute(base) ? base : join(env.HOME || homedir(), ".config"), "dropclip");
}
