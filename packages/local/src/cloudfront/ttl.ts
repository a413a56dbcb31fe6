import type { CachePolicy, Distribution } from "@dropclip/synth/cloud";
import type { Headers } from "./headers.ts";

type Limits = Pick<CachePolicy, "minTtlSeconds" | "defaultTtlSeconds" | "maxTtlSeconds">;

/** AWS's default error caching minimum TTL. */
const ERROR_TTL_SECONDS = 10;
/** Statuses CloudFront always caches, and those it caches only when the origin gives a max-age or s-maxage. */
const CACHED_ERRORS = new Set([404, 410, 414, 500, 501, 502, 503, 504]);
const CACHED_ON_REQUEST = new Set([400, 403, 405, 412, 415]);
/** Errors that an origin may exempt from caching by no-store, no-cache or private. */
const EXEMPTIBLE = new Set([404, 410, 414, 501]);

/**
 * Seconds an object stays fresh at the edge; undefined when it must not be kept at all. The table of "Manage how long
 * content stays in the cache": s-maxage before max-age before Expires, within the policy's minimum and maximum.
 */
export function objectTtl(limits: Limits, headers: Headers, nowMs: number): number | undefined {
  if (limits.maxTtlSeconds === 0) return undefined;
  const control = directives(headers);
  if (control.has("no-store") || control.has("private")) return limits.minTtlSeconds || undefined;
  if (control.has("no-cache")) return limits.minTtlSeconds;
  const stated = statedTtl(control, headers, nowMs);
  if (stated === undefined) return Math.max(limits.minTtlSeconds, limits.defaultTtlSeconds);
  return Math.max(limits.minTtlSeconds, Math.min(stated, limits.maxTtlSeconds));
}

/** Seconds an error of the origin is kept; undefined when it is not cached. */
export function errorTtl(
  distribution: Distribution,
  limits: Limits,
  status: number,
  headers: Headers,
  nowMs: number,
): number | undefined {
  const control = directives(headers);
  const aged = control.has("max-age") || control.has("s-maxage");
  if (!CACHED_ERRORS.has(status) && !(CACHED_ON_REQUEST.has(status) && aged)) return undefined;
  const refused = control.has("no-store") || control.has("no-cache") || control.has("private");
  if (refused && EXEMPTIBLE.has(status)) return undefined;
  const stated = Math.min(statedTtl(control, headers, nowMs) ?? 0, limits.maxTtlSeconds);
  return Math.max(stated, minimumErrorTtl(distribution, status));
}

/** Seconds before CloudFront asks the origin again after this error. */
export function minimumErrorTtl(distribution: Distribution, status: number): number {
  const rule = distribution.customErrorResponses.find(({ errorCode }) => errorCode === status);
  return rule?.errorCachingMinTtlSeconds ?? ERROR_TTL_SECONDS;
}

function statedTtl(control: Map<string, string>, headers: Headers, nowMs: number): number | undefined {
  for (const name of ["s-maxage", "max-age"]) {
    const value = control.get(name);
    if (value !== undefined && /^\d+$/.test(value)) return Number(value);
  }
  const expires = headers.get("expires");
  if (expires === undefined) return undefined;
  const at = Date.parse(expires);
  // A date that is none (`0`, `-1`) means already expired (RFC 9111, 5.3).
  return Number.isNaN(at) ? 0 : Math.max(0, (at - nowMs) / 1000);
}

function directives(headers: Headers): Map<string, string> {
  const control = new Map<string, string>();
  for (const item of (headers.get("cache-control") ?? "").toLowerCase().split(",")) {
    const [name = "", value = ""] = item.split("=").map((part) => part.trim().replace(/^"|"$/g, ""));
    if (name && !control.has(name)) control.set(name, value);
  }
  return control;
}
