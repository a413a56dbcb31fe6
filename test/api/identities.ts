import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { SEEDED_PASSWORD, type SeededName, seededUser } from "@dropclip/cli/demo";
import { appClient } from "../support/app-client.ts";
import type { TestCloud } from "../support/cloud.ts";

/** Tokens that must open nothing, made of a good one. */
export interface BadTokens {
  "an expired token": string;
  "a token of another issuer": string;
  "a token that holds tomorrow": string;
  "a token of another client": string;
  "a tampered token": string;
  "a token signed with alg none": string;
}

/** The tokens of a seeded user, as an operator gets them. */
export async function tokensOf({ issuer, region, credentials, endpoints, facts }: TestCloud, name: SeededName) {
  const cognito = new CognitoIdentityProvider({ region, credentials, endpoint: endpoints["cognito-idp"] });
  const { AuthenticationResult } = await cognito.adminInitiateAuth({
    UserPoolId: new URL(issuer).pathname.slice(1),
    ClientId: appClient(facts).id,
    AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: seededUser(name)!.email, PASSWORD: SEEDED_PASSWORD },
  });
  cognito.destroy();
  const { AccessToken, IdToken } = AuthenticationResult!;
  return { access: AccessToken!, id: IdToken! };
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
const decode = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString());

/** Signs the token's claims, some of them changed, by the pool's own key. */
export function signerOf(cloud: TestCloud, access: string) {
  const [header, claims] = access.split(".", 2).map(decode);
  const { pools } = JSON.parse(readFileSync(join(cloud.directory, "cognito.json"), "utf8"));
  const key = createPrivateKey(pools[cloud.facts.userPools[0]!.id].at(-1).privateKey);
  return (more: object) => {
    const data = `${encode(header)}.${encode({ ...claims, ...more })}`;
    return `${data}.${sign("sha256", Buffer.from(data), key).toString("base64url")}`;
  };
}

/** Only a claim is wrong where the pool's own key has signed: nothing else can be what is refused. */
export function badTokensOf(cloud: TestCloud, access: string): BadTokens {
  const [head, body, signature] = access.split(".");
  const [header, claims] = [decode(head), decode(body)];
  const signed = signerOf(cloud, access);
  const now = Math.floor(Date.now() / 1000);
  const DAY = 24 * 60 * 60;
  return {
    "an expired token": signed({ iat: now - DAY, auth_time: now - DAY, exp: now - 1 }),
    "a token of another issuer": signed({ iss: `${claims.iss}2` }),
    "a token that holds tomorrow": signed({ nbf: now + DAY, exp: now + 2 * DAY }),
    "a token of another client": signed({ client_id: "another" }),
    "a tampered token": `${head}.${encode({ ...claims, "cognito:groups": ["creative", "fan"] })}.${signature}`,
    "a token signed with alg none": `${encode({ ...header, alg: "none" })}.${body}.`,
  };
}
