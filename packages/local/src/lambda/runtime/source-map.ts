import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** The map of each module that a stack went through; `null` where there is none. */
const maps = new Map<string, SourceMap | null>();

function mapOf(module: string): SourceMap | null {
  const known = maps.get(module);
  if (known !== undefined) return known;
  let map: SourceMap | null = null;
  try {
    map = new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${module}.map`), "utf8")));
  } catch {
    // The engine's own modules and some packages have none.
  }
  maps.set(module, map);
  return map;
}

/** The frame as the engine writes it, with the place in the source instead of that in the bundle. */
function place(frame: NodeJS.CallSite): string {
  const text = String(frame);
  const module = frame.getScriptNameOrSourceURL();
  const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
  if (!module?.startsWith("file:") || line === null || column === null) return text;
  const origin = mapOf(module)?.findOrigin(line, column);
  if (!origin || !("fileName" in origin)) return text;
  const file = fileURLToPath(new URL(origin.fileName, module));
  return text.replace(`${module}:${line}:${column}`, `${file}:${origin.lineNumber}:${origin.columnNumber}`);
}

/**
 * Makes stacks name the sources. Node's own `--enable-source-maps` reads every bundle's map when the bundle is loaded,
 * a third of a cold start; this reads it when the first stack is asked for.
 */
export function mapStacks() {
  Error.prepareStackTrace = (error, frames) =>
    [title(error), ...frames.map((frame) => `    at ${place(frame)}`)].join("\n");
}

function title(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "<error>";
  }
}
