/** Compiles `a*b` to a test; `\*` is an asterisk and `\\` a backslash. Throws a reason when it is malformed. */
export function wildcard(pattern: string): (value: string) => boolean {
  const parts: string[] = [""];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "*") {
      if (pattern[at + 1] === "*") throw new Error(`Consecutive wildcard characters at pos ${at}`);
      parts.push("");
    } else if (character === "\\") {
      const escaped = pattern[++at];
      if (escaped !== "*" && escaped !== "\\") throw new Error(`Invalid escape character at pos ${at - 1}`);
      parts[parts.length - 1] += escaped;
    } else {
      parts[parts.length - 1] += character;
    }
  }
  return (value) => matches(parts, value);
}

/** The literal parts in order with anything in between: linear, where a regular expression could backtrack for ever. */
function matches(parts: string[], value: string): boolean {
  const first = parts[0]!;
  if (parts.length === 1) return value === first;
  const last = parts.at(-1)!;
  if (!value.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return value.length - last.length >= from && value.endsWith(last);
}
