import type { ServerResponse } from "node:http";
import type { CorsRule } from "@dropclip/synth/cloud";
import { encodeRfc3986 } from "../gate/query.ts";
import { AwsError } from "../world.ts";

const VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/** Sets the CORS headers of an actual answer, where a rule of its bucket covers the request's origin and method. */
export function allowOrigin(response: ServerResponse, rules: CorsRule[], method: string, origin: string | undefined) {
  if (origin === undefined) return;
  const rule = rules.find((one) => covers(one, origin, method));
  if (rule) setHeaders(response, rule, origin);
}

/** Answers an OPTIONS request. Throws AccessForbidden where no rule covers what the browser asks for. */
export function preflight(response: ServerResponse, rules: CorsRule[], headers: Record<string, string>) {
  const { origin, "access-control-request-method": method, "access-control-request-headers": asked } = headers;
  if (!origin) throw new AwsError("BadRequest", "Insufficient information. Origin request header needed.", 400);
  if (!method) throw new AwsError("BadRequest", "Invalid Access-Control-Request-Method: null", 400);
  const resource = { Method: method, ResourceType: "OBJECT" };
  if (!rules.length)
    throw new AwsError("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.", 403, resource);
  const names = (asked ?? "").split(",").flatMap((name) => name.trim().toLowerCase() || []);
  const rule = rules.find((one) => covers(one, origin, method) && names.every((name) => allowsHeader(one, name)));
  if (!rule) {
    throw new AwsError(
      "AccessForbidden",
      "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
      403,
      resource,
    );
  }
  setHeaders(response, rule, origin);
  if (names.length) response.setHeader("access-control-allow-headers", names.join(", "));
  response.writeHead(200, { "content-length": 0 });
  response.end();
}

const covers = (rule: CorsRule, origin: string, method: string) =>
  rule.allowedMethods.includes(method) && rule.allowedOrigins.some((pattern) => matches(pattern, origin));

const allowsHeader = (rule: CorsRule, name: string) =>
  rule.allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name));

/** S3 allows one `*` in a pattern. */
function matches(pattern: string, value: string): boolean {
  const at = pattern.indexOf("*");
  if (at < 0) return pattern === value;
  const [head, tail] = [pattern.slice(0, at), pattern.slice(at + 1)];
  return value.length >= head.length + tail.length && value.startsWith(head) && value.endsWith(tail);
}

function setHeaders(response: ServerResponse, rule: CorsRule, origin: string) {
  const everyone = rule.allowedOrigins.includes("*");
  response.setHeader("access-control-allow-origin", everyone ? "*" : safe(origin));
  if (!everyone) response.setHeader("access-control-allow-credentials", "true");
  response.setHeader("access-control-allow-methods", rule.allowedMethods.join(", "));
  if (rule.exposeHeaders.length) response.setHeader("access-control-expose-headers", rule.exposeHeaders.join(", "));
  if (rule.maxAgeSeconds !== undefined) response.setHeader("access-control-max-age", String(rule.maxAgeSeconds));
  response.setHeader("vary", VARY);
}

/** An origin is ASCII; whatever else was sent cannot stand in a header. */
const safe = (origin: string) => (/^[\x20-\x7e]*$/.test(origin) ? origin : encodeRfc3986(origin));
