import type { Input } from "../protocol/json.ts";
import { type CognitoState, text } from "./context.ts";
import { notAuthorized, userNotFound } from "./errors.ts";
import type { Pool } from "./pool.ts";
import { API_SCOPE } from "./session.ts";
import { seconds } from "./time.ts";
import type { User } from "./users.ts";
import { verifySignature } from "./verify.ts";

/** The signed-in user whose access token a call carries: these calls take no AWS credentials. */
export async function signedInUser({ pools }: CognitoState, input: Input): Promise<{ pool: Pool; user: User }> {
  const token = text(input, "AccessToken");
  for (const pool of pools) {
    const claims = await verifySignature(pool, token).catch(() => undefined);
    if (claims?.iss !== pool.issuer() || claims.token_use !== "access") continue;
    if (Number(claims.exp) <= seconds(pool.world)) throw notAuthorized("Access Token has expired");
    if (!pool.grants.alive(claims.origin_jti)) throw notAuthorized("Access Token has been revoked");
    if (!String(claims.scope).split(" ").includes(API_SCOPE))
      throw notAuthorized("Access Token does not have required scopes");
    const user = pool.users.find(String(claims.sub));
    if (!user) throw userNotFound();
    return { pool, user };
  }
  throw notAuthorized("Invalid Access Token");
}
