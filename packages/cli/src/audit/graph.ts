import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { audit, type Report } from "@dropclip/audit/audit";
import { linesOf } from "@dropclip/audit/lines";
import { sarif } from "@dropclip/audit/sarif";
import { parseGraph } from "@dropclip/synth/graph";
import manifest from "../../package.json" with { type: "json" };
import { ROOT } from "../paths.ts";
import { readExceptions } from "./exceptions.ts";

/** Audits a graph's file. Rejects with what is wrong with the file or the exceptions. */
export async function auditGraph(file: string): Promise<{ report: Report; sarif: () => object }> {
  const text = readFileSync(file, "utf8");
  const graph = parseGraph(text, file);
  const report = audit(graph, await readExceptions());
  return {
    report,
    sarif: () => {
      const lines = linesOf(text);
      const lineOf = ({ type, name }: { type: string; name: string }) => lines.get(`${type}::${name}`);
      return sarif(report, { file: relative(ROOT, file), lineOf, version: manifest.version });
    },
  };
}
