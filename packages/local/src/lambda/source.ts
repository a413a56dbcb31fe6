import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";

/** In SST's order. */
const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/** Where a handler's code is, and how the deployed bundle names it. */
export interface HandlerSource {
  file: string;
  /** File name of the bundle without extension: Lambda's handler may hold one dot only. */
  moduleName: string;
  exportName: string;
}

/** Resolves `packages/functions/src/claim.handler` below `root`; undefined when there is no such file. */
export function findHandler(root: string, handler: string): HandlerSource | undefined {
  const exportName = extname(handler).slice(1);
  const stem = join(root, handler.slice(0, handler.length - exportName.length - 1));
  const file = EXTENSIONS.map((extension) => stem + extension).find(existsSync);
  if (!file) return undefined;
  return { file, moduleName: basename(stem).replaceAll(".", "-"), exportName };
}
