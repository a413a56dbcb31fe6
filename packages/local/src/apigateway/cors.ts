import type { HttpApi } from "@dropclip/synth/cloud";
import type { Incoming } from "./incoming.ts";
import type { Outgoing } from "./outgoing.ts";

type Cors = NonNullable<HttpApi["cors"]>;

/** Whether this is a CORS preflight, which an API with a CORS configuration answers itself. */
export function isPreflight({ method, headers }: Incoming): boolean {
  return method === "OPTIONS" && headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
}

/** The answer to a preflight: 204, with no CORS headers for an origin that is not allowed. */
export function preflightResponse(cors: Cors, origin: string): Outgoing {
  const headers: Record<string, string> = {};
  const allowed = allowedOrigin(cors, origin);
  if (allowed !== undefined) {
    headers["access-control-allow-origin"] = allowed;
    if (cors.allowCredentials) headers["access-control-allow-credentials"] = "true";
    if (cors.allowMethods.length > 0) headers["access-control-allow-methods"] = cors.allowMethods.join(",");
    if (cors.allowHeaders.length > 0) headers["access-control-allow-headers"] = cors.allowHeaders.join(",");
    if (cors.maxAgeSeconds !== undefined) headers["access-control-max-age"] = String(cors.maxAgeSeconds);
  }
  return { status: 204, headers, cookies: [], body: Buffer.alloc(0) };
}

/** Puts the configured headers in place of whatever CORS headers the integration returned, which AWS ignores. */
export function applyCors(cors: Cors, origin: string | undefined, response: Outgoing): Outgoing {
  const kept = Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-"));
  const headers: Record<string, string> = Object.fromEntries(kept);
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  if (allowed !== undefined) {
    headers["access-control-allow-origin"] = allowed;
    if (cors.allowCredentials) headers["access-control-allow-credentials"] = "true";
    if (cors.exposeHeaders.length > 0) headers["access-control-expose-headers"] = cors.exposeHeaders.join(",");
  }
  return { ...response, headers };
}

/** `*` for all, `https://*` and `http://*` for all of a scheme, else the origin itself. */
function allowedOrigin({ allowOrigins }: Cors, origin: string): string | undefined {
  if (allowOrigins.includes("*")) return "*";
  const scheme = /^https?:\/\//i.exec(origin)?.[0].toLowerCase();
  const allowed = allowOrigins.some((entry) => entry === origin || (scheme !== undefined && entry === `${scheme}*`));
  return allowed ? origin : undefined;
}
