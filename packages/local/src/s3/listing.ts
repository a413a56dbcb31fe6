import { encodeRfc3986, first, type Query } from "../gate/query.ts";
import { invalidArgument } from "./errors.ts";
import type { Objects, StoredObject } from "./objects.ts";

export const MAX_KEYS = 1000;

/** One page of a bucket: keys and common prefixes together, in byte order. */
export interface Page {
  entries: ({ object: StoredObject } | { prefix: string })[];
  /** Last key or common prefix of the page, where another page follows. */
  next?: string;
}

/**
 * The smallest string above all that begin with `prefix`; undefined when there is none. UTF-8's order is that of code
 * points.
 */
export function successor(prefix: string): string | undefined {
  const points = Array.from(prefix, (char) => char.codePointAt(0)!);
  while (points.length) {
    const last = points.pop()!;
    // Surrogates are no characters of their own.
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

/**
 * Keys above `after` under a prefix, rolled up at the delimiter; each common prefix costs one look-up, however many
 * keys it hides.
 */
export function listPage(
  objects: Objects,
  bucket: string,
  { prefix, delimiter, after, limit }: { prefix: string; delimiter: string; after: string; limit: number },
): Page {
  const below = successor(prefix);
  const entries: Page["entries"] = [];
  let from = after > "" ? after : prefix;
  let inclusive = after === "";
  // A common prefix that ended the last page hides all its keys.
  const hidden = delimiter && after.startsWith(prefix) ? rollUp(after, prefix, delimiter) : undefined;
  if (hidden !== undefined && hidden === after) [from, inclusive] = [successor(hidden) ?? "", true];
  if (Buffer.compare(Buffer.from(from), Buffer.from(prefix)) < 0) [from, inclusive] = [prefix, true];
  let last = "";
  for (;;) {
    const batch = objects.range(bucket, from, inclusive, below, delimiter ? 100 : limit + 1);
    let skipped = false;
    for (const object of batch) {
      const rolled = delimiter ? rollUp(object.key, prefix, delimiter) : undefined;
      if (entries.length === limit) return { entries, next: last };
      entries.push(rolled === undefined ? { object } : { prefix: rolled });
      last = rolled ?? object.key;
      [from, inclusive] = [object.key, false];
      if (rolled === undefined) continue;
      const beyond = successor(rolled);
      if (beyond === undefined) return { entries };
      [from, inclusive, skipped] = [beyond, true, true];
      break;
    }
    if (!skipped && batch.length < (delimiter ? 100 : limit + 1)) return { entries };
  }
}

/** The part of a key up to the first delimiter behind the prefix. */
function rollUp(key: string, prefix: string, delimiter: string): string | undefined {
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** `max-keys` and its like: 0 to 1,000, more is cut. */
export function parseLimit(query: Query, name: string): number {
  const given = first(query, name);
  if (given === undefined || given === "") return MAX_KEYS;
  if (!/^\d{1,10}$/.test(given) || Number(given) > 2 ** 31 - 1) {
    const text = /^-\d+$/.test(given)
      ? `Argument ${name} must be an integer between 0 and 2147483647`
      : `Provided ${name} not an integer or within integer range`;
    throw invalidArgument(text, name, given);
  }
  return Math.min(Number(given), MAX_KEYS);
}

/**
 * How keys stand in the document: as they are, or with `encoding-type=url` as form fields are encoded, slashes kept.
 */
export function keyEncoder(query: Query): (key: string) => string {
  const type = first(query, "encoding-type");
  if (type === undefined || type === "") return (key) => key;
  if (type !== "url") throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  return (key) => encodeRfc3986(key).replaceAll("%2F", "/").replaceAll("%20", "+");
}
