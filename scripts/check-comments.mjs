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

const problems = sources(root, ".").flatMap((file) => {
  const comments = commentsOf(readFileSync(path.join(root, file), "utf8"));
  return comments.flatMap(({ line, width, text }) => {
    const found = [];
    if (width > COLUMNS && /\s/.test(text)) found.push(`a comment line of ${width} columns, of ${COLUMNS} at most`);
    if (text.startsWith("Of ")) found.push('a comment begins with "Of": begin with the noun it is about');
    return found.map((problem) => `${file}:${line}: ${problem}`);
  });
});
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
