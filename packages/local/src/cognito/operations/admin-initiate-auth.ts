import { randomBytes } from "node:crypto";
import type { UserPoolClient } from "@dropclip/synth/cloud";
import type { Input } from "../../protocol/json.ts";
import { authorizedPool, constraint, type Operation, text } from "../context.ts";
import { invalid, notAuthorized } from "../errors.ts";
import { reportRefresh } from "../metrics.ts";
import { clientOf, type Pool } from "../pool.ts";
import { isAsked, SOFTWARE_TOKEN } from "../second-factor.ts";
import { authenticate } from "../sign-in.ts";
import { issue, type Tokens } from "../tokens.ts";
import type { User } from "../users.ts";

type Flow = (pool: Pool, client: UserPoolClient, parameters: Input) => Promise<object>;

/** By name, with what the client must allow for it; the older names mean the same. */
const FLOWS: Record<string, [allowed: string, run?: Flow]> = {
  ADMIN_USER_PASSWORD_AUTH: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", byPassword],
  ADMIN_NO_SRP_AUTH: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", byPassword],
  REFRESH_TOKEN_AUTH: ["ALLOW_REFRESH_TOKEN_AUTH", byRefreshToken],
  REFRESH_TOKEN: ["ALLOW_REFRESH_TOKEN_AUTH", byRefreshToken],
  // Clients of the local cloud cannot allow these.
  CUSTOM_AUTH: ["ALLOW_CUSTOM_AUTH"],
  USER_AUTH: ["ALLOW_USER_AUTH"],
  USER_PASSWORD_AUTH: ["ALLOW_USER_PASSWORD_AUTH"],
  USER_SRP_AUTH: ["ALLOW_USER_SRP_AUTH"],
};

export const adminInitiateAuth: Operation = (service, input, call) => {
  const pool = authorizedPool(service, input, call, "AdminInitiateAuth");
  const client = clientOf(pool, text(input, "ClientId"));
  const name = text(input, "AuthFlow");
  if (!Object.hasOwn(FLOWS, name)) {
    throw constraint("authFlow", `Member must satisfy enum value set: [${Object.keys(FLOWS).join(", ")}]`, name);
  }
  const [allowed, run] = FLOWS[name]!;
  if (!run || !client.explicitAuthFlows.includes(allowed)) throw invalid("Auth flow not enabled for this client");
  return run(pool, client, input.AuthParameters ?? {});
};

async function byPassword(pool: Pool, client: UserPoolClient, parameters: Input) {
  const user = await authenticate(pool, client, need(parameters, "USERNAME"), need(parameters, "PASSWORD"));
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    const userAttributes = JSON.stringify(user.attributes);
    return {
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      ChallengeParameters: { USER_ID_FOR_SRP: user.sub, requiredAttributes: "[]", userAttributes },
      // Nothing here takes it back: a password is changed on the sign-in page, or set by AdminSetUserPassword.
      Session: randomBytes(96).toString("base64url"),
    };
  }
  if (isAsked(user)) {
    const Session = pool.challenges.ask(user.sub, client.id);
    return { ChallengeName: SOFTWARE_TOKEN, ChallengeParameters: { USER_ID_FOR_SRP: user.sub }, Session };
  }
  return signedIn(pool, client, user);
}

/** The tokens of a sign-in that is complete. */
export async function signedIn(pool: Pool, client: UserPoolClient, user: User) {
  const { session, refreshToken } = await pool.grants.begin(user, client);
  return result(await issue(pool, client, user, session), refreshToken);
}

async function byRefreshToken(pool: Pool, client: UserPoolClient, parameters: Input) {
  try {
    const { sub, session } = await pool.grants.find(need(parameters, "REFRESH_TOKEN"), client);
    const user = pool.users.find(sub);
    if (!user) throw notAuthorized("Invalid Refresh Token");
    const tokens = await issue(pool, client, user, session);
    reportRefresh(pool, client.id, true);
    return result(tokens);
  } catch (error) {
    reportRefresh(pool, client.id, false);
    throw error;
  }
}

function need(parameters: Input, name: string): string {
  const value: unknown = parameters[name];
  if (typeof value !== "string" || value === "") throw invalid(`Missing required parameter ${name}`);
  return value;
}

function result({ accessToken, idToken, expiresIn }: Tokens, refreshToken?: string) {
  return {
    AuthenticationResult: {
      AccessToken: accessToken,
      ExpiresIn: expiresIn,
      IdToken: idToken,
      ...(refreshToken !== undefined && { RefreshToken: refreshToken }),
      TokenType: "Bearer",
    },
    ChallengeParameters: {},
  };
}
