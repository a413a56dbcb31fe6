import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { audit, type Report } from "@dropclip/audit/audit";
import { parseExceptions } from "@dropclip/audit/exceptions";
import { linesOf } from "@dropclip/audit/lines";
import { sarif } from "@dropclip/audit/sarif";
import { parseGraph } from "@dropclip/synth/graph";
import manifest from "../../package.json" with { type: "json" };
import { ROOT } from "../paths.ts";

/** Not imported by name: no package may import from the stacks, which are read here as the graph is. */
const EXCEPTIONS = pathToFileURL(join(ROOT, "stacks", "exceptions.ts")).href;

/** Audits a graph's file. Rejects with what is wrong with the file or the exceptions. */
export async function auditGraph(file: string): Promise<{ report: Report; sarif: () => object }> {
  const text = readFileSync(file, "utf8");
  const graph = parseGraph(text, file);
  const exceptions = parseExceptions((await import(EXCEPTIONS)).EXCEPTIONS);
  const report = audit(graph, exceptions);
  return {
    report,
    sarif: () => {
      const lines = linesOf(text);
      const lineOf = ({ type, name }: { type: string; name: string }) => lines.get(`${type}::${name}`);
      return sarif(report, { file: relative(ROOT, file), lineOf, version: manifest.version });
    },
  };
}
