/**
 * A set of characters: one certain character, or any except a few; `many` repeats it any number of times, also zero.
 */
interface Element {
  char?: string;
  not?: string;
  many?: boolean;
}

export type Pattern = Element[];

/** Names that may contain slashes. An object's key may contain anything, and a parameter's path may be empty. */
const WITH_SLASHES = /WithPath$|^(LogGroupName|LogStreamName|AWSServicePrincipal)$/;
const ANYTHING = /^(ObjectName|ObjectPath)$/;
const PARAMETER_PATH = "ParameterNameWithoutLeadingSlash";

/** The pattern of a name in AWS's ARN format: at least one character, none that would begin the next part. */
function placeholder(name: string): Pattern {
  if (name === PARAMETER_PATH) return [{ not: "", many: true }];
  const not = ANYTHING.test(name) ? "" : WITH_SLASHES.test(name) ? ":" : ":/";
  return [{ not }, { not, many: true }];
}

/** `arn:${Partition}:s3:::${BucketName}/${ObjectName}`, as the reference writes the ARNs of a resource type. */
export const ofFormat = (text: string): Pattern => read(text, /\$\{(\w+)\}/y, (name) => placeholder(name));

/** A policy's `Resource`: wildcards, and variables that stand for any value of a request. */
export const ofPolicy = (text: string): Pattern =>
  read(text, /\$\{([^}]*)\}|[*?]/y, (name, found) => {
    if (found === "*") return [{ not: "", many: true }];
    if (found === "?") return [{ not: "" }];
    return name.length === 1 ? [{ char: name }] : [{ not: "" }, { not: "", many: true }];
  });

function read(text: string, special: RegExp, element: (name: string, found: string) => Pattern): Pattern {
  const pattern: Pattern = [];
  for (let at = 0; at < text.length; ) {
    special.lastIndex = at;
    const found = special.exec(text);
    if (found) pattern.push(...element(found[1] ?? "", found[0]));
    else pattern.push({ char: text[at]! });
    at += found?.[0].length ?? 1;
  }
  return pattern;
}

/** Whether some text matches both patterns. */
export function overlap(a: Pattern, b: Pattern): boolean {
  const seen = new Set<number>();
  const open: [number, number][] = [[0, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [i, j] = next;
    const place = i * (b.length + 1) + j;
    if (seen.has(place)) continue;
    seen.add(place);
    const [one, other] = [a[i], b[j]];
    if (!one && !other) return true;
    if (one?.many) open.push([i + 1, j]);
    if (other?.many) open.push([i, j + 1]);
    if (one && other && share(one, other)) open.push([one.many ? i : i + 1, other.many ? j : j + 1]);
  }
  return false;
}

/** Whether some character is in both sets; two sets of "any except a few" always share one. */
function share(one: Element, other: Element): boolean {
  if (one.char !== undefined && other.char !== undefined) return one.char === other.char;
  if (one.char !== undefined) return !other.not!.includes(one.char);
  return other.char === undefined || !one.not!.includes(other.char);
}
