/** A query string, decoded; a name that comes twice has a list. No prototype: any name is only a name. */
export type Query = Record<string, string | string[]>;

/** Throws a URIError where an escape is not valid UTF-8. `+` is a space, as AWS reads it. */
export function parseQuery(raw: string): Query {
  const query: Query = Object.create(null);
  for (const piece of raw.split("&")) {
    if (piece === "") continue;
    const at = piece.indexOf("=");
    const name = decode(at < 0 ? piece : piece.slice(0, at));
    const value = at < 0 ? "" : decode(piece.slice(at + 1));
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return query;
}

const decode = (text: string) => decodeURIComponent(text.replaceAll("+", " "));

/** The first value of a name. */
export function first(query: Query, name: string): string | undefined {
  const value = query[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Splits a request target into its raw path and query; an absolute form loses its origin. */
export function splitTarget(target: string): { rawPath: string; rawQuery: string } {
  const local = target.replace(/^https?:\/\/[^/?]*/i, "");
  const at = local.indexOf("?");
  const rawPath = at < 0 ? local : local.slice(0, at);
  return { rawPath: rawPath.startsWith("/") ? rawPath : `/${rawPath}`, rawQuery: at < 0 ? "" : local.slice(at + 1) };
}

/** Percent-encodes all but RFC 3986's unreserved characters, as SigV4 asks. */
export const encodeRfc3986 = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
