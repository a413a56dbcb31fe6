import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Document, ROOT, read } from "./documents.ts";

/** What a path in a document begins with, or it is something else: a key in S3, a route, an action of AWS. */
const FOLDERS =
  /^(?:\.{1,2}|\.ci|\.github|bench|docs|e2e|packages|scripts|src|stacks|test|upload|send|identity|executions|start)\//;
const SOURCE = /^\w[\w@.-]*\.(?:ts|mjs)$/;
const FILES_OF_ROOT = new Set(["package.json", "openapi.json", "biome.json", "vitest.config.ts", "sst.config.ts"]);

/** Paths that a piece of code names; `<service>`, `{name}` and `*` stand for any name. */
export const pathsIn = (code: string): string[] =>
  code
    .split(/[\s,;()"'=]+/)
    .map((word) => word.replace(/[.:]+$/, ""))
    .filter((word) => (FOLDERS.test(word) && !word.includes("…")) || SOURCE.test(word) || FILES_OF_ROOT.has(word));

/** Paths that a line names and that are not there. */
export function missingPaths(line: string[], document: Pick<Document, "file">): string[] {
  const named = line.flatMap(pathsIn);
  return named.filter((path) => !isThere(path, document, named));
}

/** Whether a path is there: from the root, the document's folder or its `src`, or a folder that the same line names. */
function isThere(path: string, { file }: Pick<Document, "file">, named: string[]): boolean {
  const pattern = path.replace(/<\w+>|\{\w+\}/g, "*");
  return ["", dirname(file), join(dirname(file), "src"), ...named].some((from) => {
    const at = join(from, pattern);
    return at.includes("*") ? globSync(at, { cwd: ROOT }).length > 0 : existsSync(join(ROOT, at));
  });
}

/** Why a link leads nowhere; undefined when it does, or leads to another site. */
export function brokenLink(target: string, document: Document): string | undefined {
  if (/^(?:https?|mailto):/.test(target)) return undefined;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? document.file : join(dirname(document.file), path);
  if (!existsSync(join(ROOT, file))) return `there is no ${file}`;
  if (anchor === undefined) return undefined;
  return read(file).anchors.includes(anchor) ? undefined : `${file} has no heading #${anchor}`;
}

const SOURCES = globSync("packages/{core,functions}/src/**/*.ts", { cwd: ROOT });
const texts = new Map(SOURCES.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));

/** Whether a noun of the domain has a verb: `Upload.create`. */
export function isVerb(noun: string, verb: string): boolean {
  const declared = new RegExp(`^export (?:const|(?:async )?function\\*?|type|interface) ${verb}\\b`, "m");
  return [...texts.values()].some((text) => text.includes(`export * as ${noun} from`) && declared.test(text));
}
