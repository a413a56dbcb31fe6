import type { IncomingHttpHeaders } from "node:http";
import type { Headers } from "./headers.ts";

/** The result of the viewer's conditions for a cached object: 304, 412, or undefined. */
export function evaluateConditions(request: IncomingHttpHeaders, object: Headers): 304 | 412 | undefined {
  const etag = object.get("etag");
  const modified = Date.parse(object.get("last-modified") ?? "");
  const match = request["if-match"];
  if (match !== undefined) {
    if (!matches(match, etag, false)) return 412;
  } else if (modified > Date.parse(request["if-unmodified-since"] ?? "")) {
    return 412;
  }
  const noneMatch = request["if-none-match"];
  // If-Modified-Since counts only without If-None-Match (RFC 9110, 13.2.2).
  if (noneMatch !== undefined) return matches(noneMatch, etag, true) ? 304 : undefined;
  return modified <= Date.parse(request["if-modified-since"] ?? "") ? 304 : undefined;
}

/** Whether a Range may be honoured under the request's If-Range: the very same ETag (strong) or date. */
export function rangeApplies(ifRange: string | undefined, object: Headers): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith("W/")) return false;
  return ifRange.startsWith('"') ? ifRange === object.get("etag") : ifRange === object.get("last-modified");
}

function matches(list: string, etag: string | undefined, weak: boolean): boolean {
  if (etag === undefined) return false;
  if (list.trim() === "*") return true;
  const opaque = (tag: string) => (weak ? tag.replace(/^W\//, "") : tag);
  if (!weak && etag.startsWith("W/")) return false;
  return (list.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => opaque(tag) === opaque(etag));
}
