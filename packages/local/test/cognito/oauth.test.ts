import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminUserGlobalSignOutCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  APP,
  authorization,
  BACK,
  decode,
  OTHER,
  PASSWORD,
  pass,
  pkce,
  type RunningPool,
  redeem,
  refresh,
  signIn,
  startPool,
  token,
  tokensOf,
  WEB,
} from "./support.ts";

let running: RunningPool;
let sub: string;
beforeAll(async () => {
  running = await startPool();
  sub = await running.user("fan@example.com", "fan");
});
afterAll(() => running.remove());

const proof = pkce();
const ask = async (changes: Record<string, string | undefined>) => {
  const query = Object.entries({ ...authorization(proof.challenge), ...changes });
  const given = query.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return await running.browser().open("/oauth2/authorize", Object.fromEntries(given));
};
const codeFor = async (more: Record<string, string> = {}) =>
  (await signIn(running, "fan@example.com", { challenge: proof.challenge, ...more })).code!;
const userInfo = async (accessToken: string) => {
  const headers = { authorization: `Bearer ${accessToken}` };
  const response = await fetch(`${running.domain}/oauth2/userInfo`, { headers });
  return { status: response.status, body: (await response.json()) as any, headers: response.headers };
};
const revoke = async (fields: Record<string, string>) => {
  const body = new URLSearchParams({ client_id: WEB.id, ...fields });
  const response = await fetch(`${running.domain}/oauth2/revoke`, { method: "POST", body });
  return { status: response.status, text: await response.text() };
};

describe("the authorization endpoint", () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ["no proof key", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
    ["a plain proof key", { code_challenge_method: "plain" }, "invalid_request"],
    ["a proof key without its method", { code_challenge_method: undefined }, "invalid_request"],
    ["a proof key that is too short", { code_challenge: "short" }, "invalid_request"],
    ["a scope the client has not got", { scope: "openid aws.cognito.signin.user.admin" }, "invalid_scope"],
    ["a scope that nobody has", { scope: "openid admin" }, "invalid_scope"],
    ["an unknown prompt", { prompt: "consent" }, "invalid_request"],
  ])("sends %s back to the app as an error", async (_, changes, error) => {
    const browser = await ask(changes);
    expect(browser.left?.href.startsWith(`${APP}?`)).toBe(true);
    expect(browser.calledBack()).toMatchObject({ error, state: "s-1" });
    expect(browser.calledBack()).not.toHaveProperty("iss");
  });

  it.each<[string, Record<string, string | undefined>]>([
    ["elsewhere", { redirect_uri: "https://evil.example/callback" }],
    ["another path of the app", { redirect_uri: `${APP}/..%2fother` }],
    ["the app's address with more behind it", { redirect_uri: `${APP}x` }],
    ["another port of this machine", { redirect_uri: "http://localhost:4201/callback" }],
    ["another query", { redirect_uri: "https://example.com/callback?from=cognito&x=1" }],
    ["a script", { redirect_uri: "javascript:alert(1)" }],
    ["an address that is none", { redirect_uri: "//evil.example" }],
    ["no address", { redirect_uri: undefined }],
    ["an address of another client", { client_id: BACK.id }],
    ["the address of an unknown client", { client_id: "nobody" }],
  ])("never redirects to %s", async (_, changes) => {
    const browser = await ask(changes);
    expect([browser.status, browser.left, browser.title]).toEqual([400, undefined, "This sign-in does not work"]);
    expect(browser.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(browser.html).not.toContain("evil.example");
  });

  it("has no implicit flow", async () => {
    const { left } = await ask({ response_type: "token" });
    expect(left?.href).toMatch(new RegExp(`^${APP}#error=unsupported_response_type&`));
  });

  it("refuses a parameter that comes twice", async () => {
    const query = new URLSearchParams(authorization(proof.challenge));
    query.append("state", "s-2");
    const browser = await running.browser().open(`/oauth2/authorize?${query}`);
    expect(browser.calledBack()).toMatchObject({ error: "invalid_request" });
  });

  it("passes over what Cognito does not know", async () => {
    const more = {
      request: "eyJ",
      request_uri: "https://evil.example",
      response_mode: "form_post",
      id_token_hint: "x",
    };
    expect((await ask({ ...more, max_age: "0", claims: "{}", lang: "de" })).title).toBe("Sign in");
  });
});

describe("a code", () => {
  it.each<[string, Record<string, string>, string]>([
    ["without its proof", { code_verifier: "" }, "invalid_grant"],
    ["with another proof", { code_verifier: pkce().verifier }, "invalid_grant"],
    ["with the challenge as proof", { code_verifier: proof.challenge }, "invalid_grant"],
    ["by another client", { client_id: OTHER.id }, "invalid_grant"],
    ["by a client that is none", { client_id: "nobody" }, "invalid_client"],
    ["with another address", { redirect_uri: "https://example.com/callback?from=cognito" }, "invalid_grant"],
    ["without an address", { redirect_uri: "" }, "invalid_request"],
    ["with a letter changed", { code: "x" }, "invalid_grant"],
    ["for another grant", { grant_type: "client_credentials" }, "unsupported_grant_type"],
    ["for a password", { grant_type: "password", username: "fan@example.com" }, "unsupported_grant_type"],
  ])("is not good %s", async (_, fields, error) => {
    const code = await codeFor();
    const { status, body } = await redeem(running, code, proof, fields);
    expect([status, body.error, Object.hasOwn(body, "access_token")]).toEqual([400, error, false]);
  });

  it("is good for five minutes", async () => {
    const [early, late] = [await codeFor(), await codeFor()];
    // The provider counts by the real clock, which goes on during its own work: a busy machine loses it some seconds.
    await pass(running.clock, 270);
    expect((await redeem(running, early, proof)).status).toBe(200);
    await pass(running.clock, 31);
    expect((await redeem(running, late, proof)).body.error).toBe("invalid_grant");
  });

  it("is good once: a second use ends what the first one got", async () => {
    const code = await codeFor();
    const { body } = await redeem(running, code, proof);
    expect((await userInfo(body.access_token)).status).toBe(200);
    expect((await redeem(running, code, proof)).body.error).toBe("invalid_grant");
    expect((await refresh(running, body.refresh_token)).body.error).toBe("invalid_grant");
    expect((await userInfo(body.access_token)).status).toBe(401);
  });

  it("is good once among many at the same time", async () => {
    const code = await codeFor();
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(running, code, proof)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error === "invalid_grant")).toHaveLength(7);
  });

  it("is worth nothing when its user is gone", async () => {
    const of = { UserPoolId: running.pool.id, Username: "gone@example.com" };
    await running.user(of.Username);
    const { code } = await signIn(running, of.Username, { challenge: proof.challenge });
    await running.api().send(new AdminDeleteUserCommand(of));
    expect((await redeem(running, code!, proof)).body.error).toBe("invalid_grant");
    await running.user(of.Username);
    expect((await redeem(running, code!, proof)).body.error).toBe("invalid_grant");
  });
});

describe("a refresh token", () => {
  it("renews both tokens of the same sign-in, and is not told again", async () => {
    const first = await tokensOf(running, "fan@example.com");
    await pass(running.clock, 10);
    const { status, body } = await refresh(running, first.refresh_token);
    expect([status, Object.keys(body).sort()]).toEqual([200, ["access_token", "expires_in", "id_token", "token_type"]]);
    const [before, after] = [decode(first.access_token).claims, decode(body.access_token).claims];
    expect(after).toEqual({ ...before, iat: before.iat + 10, exp: before.exp + 10, jti: expect.any(String) });
    expect(after.jti).not.toBe(before.jti);
    expect(decode(body.id_token).claims).not.toHaveProperty("nonce");
    expect((await refresh(running, first.refresh_token)).status).toBe(200);
  });

  it("tells the groups the user is in now", async () => {
    await running.user("late@example.com");
    const late = await tokensOf(running, "late@example.com");
    const of = { UserPoolId: running.pool.id, Username: "late@example.com", GroupName: "creative" };
    await running.api().send(new AdminAddUserToGroupCommand(of));
    expect(decode(late.access_token).claims).not.toHaveProperty("cognito:groups");
    const { body } = await refresh(running, late.refresh_token);
    expect(decode(body.access_token).claims["cognito:groups"]).toEqual(["creative"]);
  });

  it("is good for its client only, and not when it was changed", async () => {
    const { refresh_token } = await tokensOf(running, "fan@example.com");
    const stolen = await refresh(running, refresh_token, { client_id: OTHER.id });
    expect([stolen.status, stolen.body.error]).toEqual([400, "invalid_grant"]);
    expect((await refresh(running, `${refresh_token}x`)).body.error).toBe("invalid_grant");
    expect((await refresh(running, "")).body.error).toBe("invalid_request");
    expect((await refresh(running, refresh_token)).status).toBe(200);
  });

  it("cannot ask for more", async () => {
    const { refresh_token } = await tokensOf(running, "fan@example.com", { scope: "openid" });
    expect((await refresh(running, refresh_token, { scope: "openid email" })).body.error).toBe("invalid_scope");
  });

  it("ends with its validity, however often it was used", async () => {
    const { refresh_token } = await tokensOf(running, "fan@example.com");
    await pass(running.clock, WEB.refreshTokenSeconds - 60);
    expect((await refresh(running, refresh_token)).status).toBe(200);
    await pass(running.clock, 61);
    expect((await refresh(running, refresh_token)).body.error).toBe("invalid_grant");
  });

  it("ends when it is revoked, with the access tokens it gave", async () => {
    const { refresh_token, access_token } = await tokensOf(running, "fan@example.com");
    const other = await tokensOf(running, "fan@example.com");
    expect(await revoke({ token: refresh_token })).toEqual({ status: 200, text: "" });
    expect((await refresh(running, refresh_token)).body.error).toBe("invalid_grant");
    expect((await userInfo(access_token)).status).toBe(401);
    expect((await refresh(running, other.refresh_token)).status).toBe(200);
    expect((await revoke({ token: refresh_token })).status).toBe(200);
  });

  it("is not revoked by another client", async () => {
    const { refresh_token } = await tokensOf(running, "fan@example.com");
    await revoke({ token: refresh_token, client_id: OTHER.id });
    expect((await refresh(running, refresh_token)).status).toBe(200);
  });

  it("ends when an administrator signs its user out everywhere", async () => {
    const { refresh_token, access_token } = await tokensOf(running, "fan@example.com");
    const of = { UserPoolId: running.pool.id, Username: "fan@example.com" };
    await running.api().send(new AdminUserGlobalSignOutCommand(of));
    expect((await refresh(running, refresh_token)).body.error).toBe("invalid_grant");
    expect((await userInfo(access_token)).status).toBe(401);
  });

  it("and the session on the pages end when their user is deleted; who only looks at signatures takes the access token on", async () => {
    const email = "deleted@example.com";
    const deleted = await running.user(email);
    const proof = pkce();
    const browser = running.browser();
    const { code } = await signIn(running, email, { challenge: proof.challenge }, browser);
    const { access_token, refresh_token } = (await redeem(running, code!, proof)).body;
    await running.api().send(new AdminDeleteUserCommand({ UserPoolId: running.pool.id, Username: deleted }));
    expect((await refresh(running, refresh_token)).body.error).toBe("invalid_grant");
    expect((await userInfo(access_token)).status).toBe(401);
    await browser.open("/oauth2/authorize", authorization(proof.challenge));
    // Who was still signed in would have been sent back to the app.
    await browser.submit({ email, password: PASSWORD });
    expect(browser.error).toContain("Incorrect username or password");
    const authorizer = { id: "a", issuer: running.pool.issuer, audiences: [WEB.id], identitySource: "" };
    const { claims } = await running.cognito.verifyToken(access_token, authorizer);
    expect(claims.sub).toBe(deleted);
    await running.user(email);
    expect((await refresh(running, refresh_token)).body.error).toBe("invalid_grant");
  });
});

describe("the revocation endpoint", () => {
  it.each<[Record<string, string>, number, string]>([
    [{}, 400, "invalid_request"],
    [{ token: "a.b", client_id: "nobody" }, 401, "invalid_client"],
  ])("answers %j with %i", async (fields, status, error) => {
    const answer = await revoke(fields);
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([status, error]);
  });

  it("takes no access tokens", async () => {
    const { access_token } = await tokensOf(running, "fan@example.com");
    const answer = await revoke({ token: access_token });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, "unsupported_token_type"]);
  });
});

describe("userInfo", () => {
  it("tells the attributes of the token's scopes, as text", async () => {
    const { access_token } = await tokensOf(running, "fan@example.com");
    const { status, body, headers } = await userInfo(access_token);
    expect([status, headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    expect(body).toEqual({ sub, email: "fan@example.com", email_verified: "false", username: sub });
    const narrow = await tokensOf(running, "fan@example.com", { scope: "openid profile" });
    expect((await userInfo(narrow.access_token)).body).toEqual({ sub, username: sub });
  });

  it("takes access tokens with openid only, while they last", async () => {
    const { access_token, id_token } = await tokensOf(running, "fan@example.com");
    const { access_token: without } = await tokensOf(running, "fan@example.com", { scope: "email", nonce: "" });
    expect((await userInfo(id_token)).status).toBe(401);
    expect((await userInfo(without)).status).toBe(403);
    expect((await userInfo("x")).status).toBe(401);
    await pass(running.clock, WEB.accessTokenSeconds);
    const late = await userInfo(access_token);
    expect([late.status, late.body.error]).toEqual([401, "invalid_token"]);
    const none = await fetch(`${running.domain}/oauth2/userInfo`);
    expect([none.status, none.headers.get("www-authenticate")]).toEqual([
      400,
      expect.stringContaining("invalid_request"),
    ]);
  });

  it("may be asked by pages of any origin", async () => {
    const ask = { "access-control-request-method": "GET", "access-control-request-headers": "authorization" };
    const headers = { origin: "http://localhost:4200", ...ask };
    const response = await fetch(`${running.domain}/oauth2/userInfo`, { method: "OPTIONS", headers });
    expect([response.status, response.headers.get("access-control-allow-headers")]).toEqual([204, "authorization"]);
  });
});

describe("the token endpoint", () => {
  it("may be asked by pages of any origin", async () => {
    const headers = { origin: "http://localhost:4200" };
    const answer = await token(running, { grant_type: "authorization_code", code: "x" }, headers);
    expect(answer.headers.get("access-control-allow-origin")).toBe("http://localhost:4200");
  });
});

describe("signing out", () => {
  const out = async (query: Record<string, string>) => {
    const browser = running.browser();
    await signIn(running, "fan@example.com", { challenge: proof.challenge }, browser);
    await browser.open("/logout", query);
    const { left, status } = browser;
    await browser.open("/oauth2/authorize", authorization(proof.challenge));
    return { browser, left: left?.href, status, signedIn: browser.left !== undefined };
  };

  it("ends the session and leads to the app's sign-out address", async () => {
    const { left, signedIn, browser } = await out({ client_id: WEB.id, logout_uri: "http://localhost:4200/" });
    expect([left, signedIn]).toEqual(["http://localhost:4200/", false]);
    expect(browser.cookie("cognito")).toBeUndefined();
  });

  it("leads to a new sign-in when asked to", async () => {
    const browser = running.browser();
    await signIn(running, "fan@example.com", { challenge: proof.challenge }, browser);
    await browser.open("/logout", authorization(proof.challenge));
    expect(browser.title).toBe("Sign in");
  });

  it("leaves refresh tokens good", async () => {
    const browser = running.browser();
    const { code } = await signIn(running, "fan@example.com", { challenge: proof.challenge }, browser);
    const { body } = await redeem(running, code!, proof);
    await browser.open("/logout", { client_id: WEB.id, logout_uri: "http://localhost:4200/" });
    expect((await refresh(running, body.refresh_token)).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ["elsewhere", { client_id: WEB.id, logout_uri: "https://evil.example/" }],
    ["below the app's address", { client_id: WEB.id, logout_uri: "http://localhost:4200/x" }],
    ["nowhere", { client_id: WEB.id }],
    ["for an unknown client", { client_id: "nobody", logout_uri: "http://localhost:4200/" }],
  ])("does not happen when it leads %s", async (_, query) => {
    expect(await out(query)).toMatchObject({ left: undefined, status: 400, signedIn: true });
  });
});
