/** The path and query that a viewer requested, taken from the request line. */
export interface Target {
  /**
   * Path as it goes to the origin: every byte outside RFC 3986's unreserved set percent-encoded, `/` and `+` left
   * alone.
   */
  path: string;
  /**
   * The path with its dot segments resolved, which CloudFront matches behaviours against while the origin gets the raw
   * one.
   */
  matchPath: string;
  /** Without the question mark, as sent. */
  query: string;
}

/** What is served at `/` where the distribution says so; of directories below there is no such thing. */
export function rooted(target: Target, defaultRootObject: string | undefined): Target {
  const path = defaultRootObject && encodeText(`/${defaultRootObject}`);
  return path && target.path === "/" ? { ...target, path, matchPath: path } : target;
}

const UNRESERVED = /[A-Za-z0-9\-._~/+]/;

/** Reads a request target; undefined when it is not one (CloudFront answers 400). */
export function parseTarget(url: string): Target | undefined {
  const origin = /^https?:\/\/[^/?#]*/i.exec(url);
  const rest = origin ? url.slice(origin[0].length) || "/" : url;
  if (!rest.startsWith("/") || rest.includes("#")) return undefined;
  const mark = rest.indexOf("?");
  const path = encodePath(mark < 0 ? rest : rest.slice(0, mark));
  const matchPath = path === undefined ? undefined : resolveDots(path);
  if (path === undefined || matchPath === undefined) return undefined;
  return { path, matchPath, query: mark < 0 ? "" : rest.slice(mark + 1) };
}

/**
 * One spelling for one key, so that the signature covers the same canonical path at client and server; undefined for a
 * broken escape. One character stands for one byte.
 */
export function encodePath(raw: string): string | undefined {
  let path = "";
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (character === "%") {
      const hex = raw.slice(at + 1, at + 3);
      if (!/^[0-9a-f]{2}$/i.test(hex)) return undefined;
      const decoded = String.fromCharCode(Number.parseInt(hex, 16));
      // An escaped plus must stay escaped: S3 reads a bare one in a path as a space.
      path += decoded !== "+" && UNRESERVED.test(decoded) ? decoded : `%${hex.toUpperCase()}`;
      at += 2;
    } else if (UNRESERVED.test(character)) {
      path += character;
    } else {
      path += `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    }
  }
  return path;
}

/** `encodePath` of text from a template or an API call, where characters are not bytes yet. */
export function encodeText(text: string): string | undefined {
  return encodePath(Buffer.from(text).toString("latin1"));
}

/** Undefined for a path that climbs above its root, which would leave the bucket. */
function resolveDots(path: string): string | undefined {
  const kept: string[] = [];
  const segments = path.slice(1).split("/");
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === "..") {
      if (kept.length === 0) return undefined;
      kept.pop();
    } else if (segment !== ".") {
      kept.push(segment);
      continue;
    }
    if (last) kept.push("");
  }
  return `/${kept.join("/")}`;
}
