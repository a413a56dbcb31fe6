import { createHmac, generateKeyPairSync, type KeyObject, sign as signData } from "node:crypto";
import type { Authorizer } from "@dropclip/synth/cloud";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkIssuers } from "../../src/cognito/index.ts";
import { gateway, httpApi, route } from "../apigateway/setup.ts";
import { decode, OTHER, pass, type RunningPool, refresh, startPool, tokensOf, userPool, WEB } from "./support.ts";

let running: RunningPool;
let other: RunningPool;
let authorizer: Authorizer;
beforeAll(async () => {
  running = await startPool();
  other = await startPool({ pool: userPool("eu-west-1_Another12") });
  for (const pool of [running, other]) await pool.user("fan@example.com", "fan", "creative");
  const identitySource = "$request.header.Authorization";
  authorizer = { id: "jwt1", issuer: running.pool.issuer, audiences: [WEB.id], identitySource };
});
afterAll(() => Promise.all([running.remove(), other.remove()]));

/** What the API answers a token with: the claims its function sees, or the challenge. */
async function ask(token: string, scopes: string[] = []) {
  const api = httpApi([route("GET /me", { authorizer, scopes })]);
  const { ask, events } = await gateway(api, () => ({ statusCode: 204 }), running.cognito.verifyToken);
  const { status, headers } = await ask("GET", "/me", { authorization: `Bearer ${token}` });
  const [, reason] = /error_description="(.*)"$/.exec(headers["www-authenticate"] ?? "") ?? [];
  return { status, reason, jwt: events[0]?.requestContext.authorizer.jwt };
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
/** The token with other claims or another header, signed anew. */
function forge(token: string, { header = {}, claims = {} }, key?: KeyObject | ((data: string) => Buffer)) {
  const old = decode(token);
  const data = `${encode({ ...old.header, ...header })}.${encode({ ...old.claims, ...claims })}`;
  const made = typeof key === "function" ? key(data) : key ? signData("sha256", Buffer.from(data), key) : undefined;
  return `${data}.${made?.toString("base64url") ?? token.split(".")[2]}`;
}

describe("a JWT authorizer with a user pool's tokens", () => {
  it("passes an access token's claims on", async () => {
    const { access_token } = await tokensOf(running, "fan@example.com");
    const { status, jwt } = await ask(access_token);
    const { claims } = decode(access_token);
    expect(status).toBe(204);
    expect(jwt).toEqual({
      claims: {
        ...Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)])),
        "cognito:groups": "[creative fan]",
      },
      scopes: null,
    });
    expect((await ask(access_token, ["email"])).jwt.scopes).toEqual(["openid", "email", "profile"]);
    expect((await ask(access_token, ["admin"])).status).toBe(403);
  });

  it("lets an ID token through as well, which the function has to tell apart", async () => {
    const { id_token } = await tokensOf(running, "fan@example.com");
    expect((await ask(id_token)).jwt.claims).toMatchObject({ token_use: "id", aud: WEB.id, email_verified: "false" });
  });

  it("refuses a token the moment it expires", async () => {
    const { access_token } = await tokensOf(running, "fan@example.com");
    await pass(running.clock, WEB.accessTokenSeconds - 1);
    expect((await ask(access_token)).status).toBe(204);
    await pass(running.clock, 1);
    expect(await ask(access_token)).toMatchObject({ status: 401, reason: "the token has expired" });
  });

  it("refuses a token of another client, by client_id and by aud", async () => {
    const theirs = await tokensOf(running, "fan@example.com", {}).then(() => tokensOfOther());
    for (const token of [theirs.access_token, theirs.id_token]) {
      expect(await ask(token)).toMatchObject({ status: 401, reason: "the token does not have a valid audience" });
    }
  });

  it("refuses a token of another pool", async () => {
    const { access_token } = await tokensOf(other, "fan@example.com");
    expect(await ask(access_token)).toMatchObject({
      status: 401,
      reason: expect.stringContaining("signed with a key"),
    });
  });

  it("goes by the signature alone", async () => {
    const { access_token } = await tokensOf(running, "fan@example.com");
    const { keys } = (await (await fetch(`${running.issuer}/.well-known/jwks.json`)).json()) as any;
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const hmac = (secret: string) => (data: string) => createHmac("sha256", secret).update(data).digest();
    const admin = { claims: { "cognito:groups": ["admin"] } };
    const [head, body] = access_token.split(".");
    const none = forge(access_token, { ...admin, header: { alg: "none" } }, () => Buffer.alloc(0));
    const attempts: [string, string][] = [
      [forge(access_token, admin), "crypto/rsa: verification error"],
      [forge(access_token, admin, privateKey), "crypto/rsa: verification error"],
      [
        forge(access_token, { header: { kid: "another" } }, privateKey),
        "the token is signed with a key that its issuer does not have",
      ],
      [
        forge(access_token, { header: { kid: undefined } }, privateKey),
        "the token is signed with a key that its issuer does not have",
      ],
      [
        forge(access_token, { header: { kid: "__proto__" } }, privateKey),
        "the token is signed with a key that its issuer does not have",
      ],
      [none, "signing method none is invalid"],
      [none.replace(/\.$/, ""), "token contains an invalid number of segments"],
      [forge(access_token, { header: { alg: "None" } }), "signing method None is invalid"],
      [
        forge(access_token, { header: { alg: "HS256" } }, hmac(JSON.stringify(keys[0]))),
        "signing method HS256 is invalid",
      ],
      [forge(access_token, { header: { alg: "HS256" } }, hmac(keys[0].n)), "signing method HS256 is invalid"],
      [forge(access_token, { header: { alg: "RS384" } }), "signing method RS384 is invalid"],
      [
        forge(access_token, { header: { jwk: keys[0], jku: "https://evil.example" } }),
        "crypto/rsa: verification error",
      ],
      [forge(access_token, { header: { crit: ["exp"] } }), "crypto/rsa: verification error"],
      [`${head}.${body}.`, "crypto/rsa: verification error"],
      [`${head}.${body}`, "token contains an invalid number of segments"],
      ["x.y.z", "the token is malformed"],
      ["x", "token contains an invalid number of segments"],
    ];
    for (const [token, reason] of attempts) expect(await ask(token)).toEqual({ status: 401, reason, jwt: undefined });
  });

  it("knows both keys after a rotation, the old one until its last token has expired", async () => {
    const before = await tokensOf(running, "fan@example.com");
    const kid = await running.cognito.rotateKeys(running.pool.id);
    const after = (await refresh(running, before.refresh_token)).body;
    expect(decode(after.access_token).header.kid).toBe(kid);
    expect(decode(before.access_token).header.kid).not.toBe(kid);
    for (const { access_token } of [before, after]) expect((await ask(access_token)).status).toBe(204);
    const jwks = async () => ((await (await fetch(`${running.issuer}/.well-known/jwks.json`)).json()) as any).keys;
    expect((await jwks()).map((key: any) => key.kid)).toEqual([kid, decode(before.access_token).header.kid]);
    // ID tokens live longest here.
    await pass(running.clock, WEB.idTokenSeconds - 1);
    expect(await jwks()).toHaveLength(2);
    await pass(running.clock, 1);
    expect((await jwks()).map((key: any) => key.kid)).toEqual([kid]);
    expect((await ask(before.access_token)).reason).toBe(
      "the token is signed with a key that its issuer does not have",
    );
  });

  const tokensOfOther = async () => {
    const { AdminInitiateAuthCommand } = await import("@aws-sdk/client-cognito-identity-provider");
    const AuthParameters = { USERNAME: "fan@example.com", PASSWORD: "Dropclip-2026" };
    const flow = { UserPoolId: running.pool.id, AuthFlow: "ADMIN_USER_PASSWORD_AUTH" as const, AuthParameters };
    const { AuthenticationResult } = await running
      .api()
      .send(new AdminInitiateAuthCommand({ ...flow, ClientId: OTHER.id }));
    return { access_token: AuthenticationResult!.AccessToken!, id_token: AuthenticationResult!.IdToken! };
  };
});

describe("an authorizer of an issuer that is not here", () => {
  it("stops the start, named with its route", () => {
    const foreign = { ...authorizer, issuer: "https://issuer.example.com/" };
    expect(() => checkIssuers([running.pool], [route("GET /open"), route("GET /me", { authorizer: foreign })])).toThrow(
      "the authorizer jwt1 of the route GET /me has the issuer https://issuer.example.com/, which is no user pool of the graph",
    );
    expect(() => checkIssuers([running.pool], [route("GET /me", { authorizer })])).not.toThrow();
  });
});
