import { createHash } from "node:crypto";
import type { UserPoolClient } from "@dropclip/synth/cloud";
import type { SigningKey } from "./keys.ts";
import type { Pool } from "./pool.ts";
import type { Session } from "./session.ts";
import { seconds } from "./time.ts";
import type { User } from "./users.ts";

export interface Tokens {
  accessToken: string;
  idToken: string;
  expiresIn: number;
}

/** Tokens of a sign-in by the API, of a pool's hosted pages with `hosted`. The claims are Cognito's, in its order. */
export async function issue(
  pool: Pool,
  client: UserPoolClient,
  user: User,
  session: Session,
  hosted?: { nonce?: string },
): Promise<Tokens> {
  const { world, users } = pool;
  const { originJti, authTime, scopes } = session;
  const now = seconds(world);
  const groups = users.groupsOf(user).map(({ groupName }) => groupName);
  const key = await pool.keys.current();
  const of = { sub: user.sub, ...(groups.length > 0 && { "cognito:groups": groups }) };
  // A refreshed token tells of the sign-in, not of the refreshing.
  const event_id = uuidOf(originJti);
  const times = (lifetime: number) => ({ auth_time: authTime, exp: now + lifetime, iat: now, jti: world.uuid() });
  const accessToken = await sign(key, {
    ...of,
    iss: pool.issuer(),
    ...(hosted && { version: 2 }),
    client_id: client.id,
    origin_jti: originJti,
    event_id,
    token_use: "access",
    scope: scopes.join(" "),
    ...times(client.accessTokenSeconds),
    username: user.sub,
  });
  const idToken = await sign(key, {
    ...(hosted && { at_hash: leftHalf(accessToken) }),
    ...of,
    ...claimsOf(user, hosted ? scopes : []),
    iss: pool.issuer(),
    "cognito:username": user.sub,
    ...(hosted?.nonce !== undefined && { nonce: hosted.nonce }),
    origin_jti: originJti,
    aud: client.id,
    event_id,
    token_use: "id",
    ...times(client.idTokenSeconds),
  });
  return { accessToken, idToken, expiresIn: client.accessTokenSeconds };
}

/**
 * The user's attributes that scopes let through: all of them when `openid` or nothing narrows them.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html, "openid"
 */
export function claimsOf({ attributes }: User, scopes: string[]): Record<string, string | boolean> {
  const narrowed = scopes.filter((scope) => scope === "email" || scope === "profile");
  const shown = Object.entries(attributes).filter(
    ([name]) => narrowed.length === 0 || narrowed.includes(name.startsWith("email") ? "email" : "profile"),
  );
  return Object.fromEntries(shown.map(([name, value]) => [name, name === "email_verified" ? value === "true" : value]));
}

async function sign({ kid, privateKey }: SigningKey, claims: Record<string, unknown>): Promise<string> {
  const { SignJWT } = await import("jose");
  return new SignJWT(claims).setProtectedHeader({ kid, alg: "RS256" }).sign(privateKey);
}

/** `at_hash` of OpenID Connect. */
const leftHalf = (token: string) => createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");

function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
