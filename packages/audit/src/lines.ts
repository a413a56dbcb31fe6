/** How `formatGraph` writes a resource and what is directly within it. */
const BEGIN = /^ {4}\{$/;
const MEMBER = /^ {6}"(name|type)": "(.*)",?$/;

/** On which line each resource of a graph's text begins, by `type::name`. */
export function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let begin = 0;
  let name: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (BEGIN.test(line)) begin = index + 1;
    const [, key, value] = MEMBER.exec(line) ?? [];
    if (key === "name") name = value;
    // Keys are sorted: the type comes last.
    if (key === "type") lines.set(`${value}::${name}`, begin);
  }
  return lines;
}
