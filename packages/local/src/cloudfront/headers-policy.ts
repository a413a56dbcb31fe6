import type { ResponseHeadersPolicy } from "@dropclip/synth/cloud";
import type { Headers } from "./headers.ts";

type Cors = NonNullable<ResponseHeadersPolicy["cors"]>;

/** What of the viewer's request the policy looks at. */
export interface CorsRequest {
  method: string;
  origin?: string;
}

const ALL_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** Applies a response-headers policy: removals first, then CORS, then security and custom headers. */
export function applyHeadersPolicy(policy: ResponseHeadersPolicy | undefined, request: CorsRequest, headers: Headers) {
  if (!policy) return;
  headers.delete(...policy.removeHeaders);
  // CloudFront puts its own in place of a removed Server header.
  if (policy.removeHeaders.some((name) => name.toLowerCase() === "server")) headers.set("server", "CloudFront");
  if (policy.cors) applyCors(policy.cors, request, headers);
  for (const { header, value, override } of policy.headers) {
    if (override || !headers.has(header.toLowerCase())) headers.set(header.toLowerCase(), value);
  }
}

function applyCors(cors: Cors, { method, origin }: CorsRequest, headers: Headers) {
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  // CloudFront sends `Vary: Origin` on every answer but one that every origin may have.
  if (allowed !== "*") headers.include("vary", "Origin");
  if (allowed === undefined) return;
  const put = (name: string, value: string) => {
    if (cors.originOverride || !headers.has(name)) headers.set(name, value);
  };
  put("access-control-allow-origin", allowed);
  if (cors.allowCredentials) put("access-control-allow-credentials", "true");
  if (cors.exposeHeaders.length > 0) put("access-control-expose-headers", cors.exposeHeaders.join(", "));
  if (method !== "OPTIONS") return;
  const methods = cors.allowMethods.includes("ALL") ? ALL_METHODS : cors.allowMethods;
  put("access-control-allow-methods", methods.join(", "));
  if (cors.allowHeaders.length > 0) put("access-control-allow-headers", cors.allowHeaders.join(", "));
  if (cors.maxAgeSeconds !== undefined) put("access-control-max-age", String(cors.maxAgeSeconds));
}

/** `*` allows all; an entry may leave out the scheme, and may start with `*.` for every subdomain. */
function allowedOrigin(cors: Cors, origin: string): string | undefined {
  if (cors.allowOrigins.includes("*")) return "*";
  const wanted = origin.toLowerCase();
  const match = cors.allowOrigins.some((entry) => {
    const [, scheme, host = ""] = /^(?:([a-z]+):\/\/)?(.*)$/.exec(entry.toLowerCase()) ?? [];
    const rest = scheme ? wanted.startsWith(`${scheme}://`) && wanted.slice(scheme.length + 3) : wanted.split("://")[1];
    if (!rest) return false;
    return host.startsWith("*.") ? rest.endsWith(host.slice(1)) : rest === host;
  });
  return match ? origin : undefined;
}
