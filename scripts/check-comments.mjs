// Part of `npm run lint`. The formatter leaves comments alone, so their width is checked here.
import { readFileSync } from "node:fs";
import path from "node:path";
import { sources } from "./sources.mjs";

/** As the formatter's `lineWidth`. */
const COLUMNS = 120;
/** Comments for tools must stay on one line. */
const DIRECTIVE = /^(?:\/\/|\/\*+|\*)\s*(?:biome-ignore|@ts-)/;
/** Tests pass another checkout. */
const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, ".."));

const problems = sources(root, ".").flatMap((file) =>
  commentsOf(readFileSync(path.join(root, file), "utf8"))
    .filter(({ width, text }) => width > COLUMNS && /\s/.test(text))
    .map(({ line, width }) => `${file}:${line}: a comment line of ${width} columns, of ${COLUMNS} at most`),
);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length ? 1 : 0;

/** The lines that hold nothing but a comment, without their markers; directives are left out. */
function commentsOf(source) {
  let inBlock = false;
  return source.split(/\r?\n/).flatMap((whole, index) => {
    const trimmed = whole.trim();
    const opens = trimmed.startsWith("/*");
    const isComment = inBlock || opens || trimmed.startsWith("//");
    if (inBlock || opens) inBlock = !trimmed.includes("*/");
    if (!isComment || DIRECTIVE.test(trimmed)) return [];
    const text = trimmed.replace(/^(?:\/\/|\/\*+|\*(?!\/))\s*/, "").replace(/\s*\*\/.*$/, "");
    return [{ line: index + 1, width: [...whole].length, text }];
  });
}
