import type { Pool } from "../pool.ts";
import { seconds } from "../time.ts";
import { claimsOf } from "../tokens.ts";
import { verifySignature } from "../verify.ts";
import { type Exchange, send } from "./exchange.ts";

const CORS = { "access-control-allow-origin": "*" };

/** What an access token with `openid` lets its holder read of the user; values are text, as Cognito has them. */
export async function userInfo(pool: Pool, exchange: Exchange) {
  const [, token] = /^Bearer +(\S+)$/i.exec(exchange.request.headers.authorization ?? "") ?? [];
  if (!token) return refuse(exchange, 400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
  const claims = await verifySignature(pool, token).catch(() => undefined);
  const user = claims && isGood(pool, claims) ? pool.users.find(String(claims.sub)) : undefined;
  if (!claims || !user) {
    const why = "Access token is expired, disabled, or deleted, or the user has globally signed out.";
    return refuse(exchange, 401, "invalid_token", why);
  }
  const scopes = String(claims.scope).split(" ");
  if (!scopes.includes("openid")) {
    return refuse(exchange, 403, "insufficient_scope", "Access token does not contain openid scope");
  }
  const shown = Object.entries(claimsOf(user, scopes)).map(([name, value]) => [name, String(value)]);
  answer(exchange, 200, { sub: user.sub, ...Object.fromEntries(shown), username: user.sub });
}

function isGood(pool: Pool, claims: Record<string, unknown>): boolean {
  const { token_use: use, iss, exp, origin_jti: origin } = claims;
  return use === "access" && iss === pool.issuer() && Number(exp) > seconds(pool.world) && pool.grants.alive(origin);
}

function refuse(exchange: Exchange, status: number, error: string, description: string) {
  const challenge = `Bearer error="${error}", error_description="${description}"`;
  answer(exchange, status, { error, error_description: description }, { "www-authenticate": challenge });
}

function answer(exchange: Exchange, status: number, body: object, headers: Record<string, string> = {}) {
  const type = { "content-type": "application/json;charset=UTF-8", "cache-control": "no-store" };
  send(exchange, status, { ...CORS, ...type, ...headers }, JSON.stringify(body));
}
