import type { Authorizer } from "@dropclip/synth/cloud";
import type { VerifyToken } from "../ports.ts";
import type { Pool } from "./pool.ts";
import { seconds } from "./time.ts";

/** Checks that the token is signed by a key of the pool, and nothing else. Throws with the reason. */
export async function verifySignature({ keys }: Pool, token: string): Promise<Record<string, unknown>> {
  const { compactVerify, decodeProtectedHeader } = await import("jose");
  if (token.split(".").length !== 3) throw new Error("token contains an invalid number of segments");
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    throw new Error("the token is malformed");
  }
  if (header.alg !== "RS256") throw new Error(`signing method ${header.alg} is invalid`);
  const key = header.kid === undefined ? undefined : keys.find(header.kid);
  if (!key) throw new Error("the token is signed with a key that its issuer does not have");
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(token, key, { algorithms: ["RS256"] }));
  } catch {
    throw new Error("crypto/rsa: verification error");
  }
  const claims: unknown = JSON.parse(Buffer.from(payload).toString("utf8"));
  if (typeof claims === "object" && claims !== null && !Array.isArray(claims)) return claims as Record<string, unknown>;
  throw new Error("the token is malformed");
}

/**
 * The checks of API Gateway's JWT authorizers, in its order.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html, "Authorizing API requests"
 */
export function createVerifyToken(pools: Pool[]): VerifyToken {
  return async (token, authorizer) => {
    const pool = pools.find(({ facts }) => facts.issuer === authorizer.issuer);
    if (!pool) throw new Error("the issuer of this authorizer is no user pool of the local cloud");
    const claims = await verifySignature(pool, token);
    checkClaims(pool, claims, authorizer.audiences);
    const scopes = typeof claims.scope === "string" ? claims.scope.split(" ").filter(Boolean) : [];
    return { claims, scopes };
  };
}

function checkClaims(pool: Pool, claims: Record<string, unknown>, audiences: string[]) {
  const now = seconds(pool.world);
  if (claims.iss !== pool.issuer()) throw new Error("issuer does not match");
  // `client_id` counts only where there is no `aud`: Cognito's access tokens have none.
  const audience = claims.aud === undefined ? claims.client_id : claims.aud;
  if (![audience].flat().some((one) => typeof one === "string" && audiences.includes(one))) {
    throw new Error("the token does not have a valid audience");
  }
  const { exp, nbf, iat } = claims;
  if (typeof exp !== "number" || exp <= now) throw new Error("the token has expired");
  if (nbf !== undefined && !(typeof nbf === "number" && nbf <= now)) throw new Error("the token is not valid yet");
  if (iat !== undefined && !(typeof iat === "number" && iat <= now))
    throw new Error("the token is issued in the future");
}

/** Throws for a route whose tokens the local cloud cannot check. */
export function checkIssuers(pools: { issuer: string }[], routes: { routeKey: string; authorizer?: Authorizer }[]) {
  for (const { routeKey, authorizer } of routes) {
    if (!authorizer || pools.some(({ issuer }) => issuer === authorizer.issuer)) continue;
    const who = `the authorizer ${authorizer.id} of the route ${routeKey}`;
    throw new Error(`${who} has the issuer ${authorizer.issuer}, which is no user pool of the graph`);
  }
}
