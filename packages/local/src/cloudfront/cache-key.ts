import type { IncomingHttpHeaders } from "node:http";
import type { CachePolicy, OriginRequestPolicy } from "@dropclip/synth/cloud";

/** The parts of a viewer's request that the cache policy puts into the key; all of them go to the origin as well. */
export interface Varying {
  query: string;
  headers: Record<string, string>;
  /** `br,gzip`, `br`, `gzip` or empty: CloudFront's normal form of Accept-Encoding. */
  acceptEncoding: string;
}

/** Applies the policy to one request. A request for a range is never answered compressed, so it has no encoding. */
export function varying(policy: CachePolicy, headers: IncomingHttpHeaders, query: string, plain: boolean): Varying {
  return {
    query: selectQuery(policy.queryStrings, query),
    headers: selectHeaders(policy.headers, headers),
    acceptEncoding: plain ? "" : normalEncoding(policy, String(headers["accept-encoding"] ?? "")),
  };
}

/**
 * Headers that go to the origin: those of the key, and those the origin-request policy adds without telling answers
 * apart.
 */
export function forwardedHeaders(
  { headers: ofKey }: Varying,
  policy: OriginRequestPolicy | undefined,
  headers: IncomingHttpHeaders,
): Record<string, string> {
  return { ...selectHeaders(policy?.headers ?? [], headers), ...ofKey };
}

/** The key of a cached object; distributions do not share objects. */
export function cacheKey(distributionId: string, path: string, { query, headers, acceptEncoding }: Varying): string {
  return JSON.stringify([distributionId, path, query, Object.entries(headers).sort(), acceptEncoding]);
}

function selectHeaders(names: string[], headers: IncomingHttpHeaders): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const name of names.map((header) => header.toLowerCase())) {
    const value = headers[name];
    if (value !== undefined) chosen[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return chosen;
}

function selectQuery(chosen: CachePolicy["queryStrings"], query: string): string {
  if (chosen === "all") return query;
  if (chosen === "none") return "";
  return query
    .split("&")
    .filter((pair) => chosen.includes(decode(pair.split("=")[0]!)))
    .join("&");
}

function normalEncoding(policy: CachePolicy, header: string): string {
  const accepted = new Set<string>();
  for (const item of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name);
  }
  return [policy.brotli && accepted.has("br") ? "br" : "", policy.gzip && accepted.has("gzip") ? "gzip" : ""]
    .filter(Boolean)
    .join(",");
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
