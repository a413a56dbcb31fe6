import type { Route } from "@dropclip/synth/cloud";
import type { VerifyToken } from "../ports.ts";
import type { Incoming } from "./incoming.ts";
import { Refusal } from "./outgoing.ts";

/** `requestContext.authorizer.jwt`; scopes are null on a route that asks for none. */
export interface Grant {
  claims: Record<string, string>;
  scopes: string[] | null;
}

/** Lets a request with a good token through; throws a `Refusal` 401 or 403 for any other. */
export async function authorize(
  route: Route,
  incoming: Incoming,
  verifyToken?: VerifyToken,
): Promise<Grant | undefined> {
  const { authorizer } = route;
  if (!authorizer || !verifyToken) return undefined;
  const token = identity(authorizer.identitySource, incoming);
  if (!token) throw new Refusal(401, "Unauthorized", { "www-authenticate": "Bearer" });
  const verified = await verifyToken(token, authorizer).catch((error: unknown) => {
    const reason = (error instanceof Error ? error.message : String(error)).replace(/["\\\r\n]/g, " ");
    const challenge = `Bearer scope="${route.scopes.join(" ")}" error="invalid_token" error_description="${reason}"`;
    throw new Refusal(401, "Unauthorized", { "www-authenticate": challenge.replace(/[^\x20-\x7e]/g, "?") });
  });
  // One of the route's scopes is enough.
  if (route.scopes.length > 0 && !route.scopes.some((scope) => verified.scopes.includes(scope))) {
    const challenge = `Bearer scope="${route.scopes.join(" ")}" error="insufficient_scope"`;
    throw new Refusal(403, "Forbidden", { "www-authenticate": challenge });
  }
  const claims = Object.entries(verified.claims).map(([name, value]) => [name, claimText(value)]);
  return { claims: Object.fromEntries(claims), scopes: route.scopes.length > 0 ? verified.scopes : null };
}

/** `$request.header.Authorization` or `$request.querystring.token`; a Bearer prefix is optional. */
function identity(source: string, { headers, query }: Incoming): string | undefined {
  const [, place, name = ""] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  const value = place === "header" ? headers[name.toLowerCase()] : new URLSearchParams(query).get(name);
  return value?.replace(/^Bearer(\s+|$)/i, "").trim();
}

/** The gateway prints every claim as text, lists as `[a b]`: `cognito:groups` reads `[fan creative]`. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(" ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${members.map(([name, member]) => `${name}:${claimText(member)}`).join(" ")}]`;
}
