import { createHash } from "node:crypto";
import { AdminCreateUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { raw } from "../apigateway/setup.ts";
import {
  APP,
  authorization,
  decode,
  PASSWORD,
  pass,
  pkce,
  type RunningPool,
  redeem,
  signIn,
  startPool,
  tokensOf,
  WEB,
} from "./support.ts";

let running: RunningPool;
const subs: Record<string, string> = {};
beforeAll(async () => {
  running = await startPool();
  subs.fan = await running.user("fan@example.com", "fan", "creative");
  subs.other = await running.user("other@example.com");
});
afterAll(() => running.remove());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const { challenge } = pkce();
const open = async (more: Record<string, string> = {}, browser = running.browser()) =>
  browser.open("/oauth2/authorize", authorization(challenge, more));

describe("signing in", () => {
  it("gives the app tokens with exactly Cognito's claims", async () => {
    const proof = pkce();
    const answer = await signIn(running, " Fan@Example.com ", { challenge: proof.challenge });
    expect(answer).toEqual({ code: expect.any(String), state: "s-1" });
    await pass(running.clock, 7);
    const { status, body, headers } = await redeem(running, answer.code!, proof);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toEqual({
      id_token: expect.any(String),
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: WEB.accessTokenSeconds,
      token_type: "Bearer",
    });
    const now = Math.floor(running.clock.now() / 1000);
    const [access, id] = [decode(body.access_token), decode(body.id_token)];
    expect(Object.keys(access.header).sort()).toEqual(["alg", "kid"]);
    expect(access.header).toEqual({ alg: "RS256", kid: id.header.kid });
    const session = {
      sub: subs.fan,
      "cognito:groups": ["creative", "fan"],
      iss: running.issuer,
      origin_jti: expect.stringMatching(UUID),
      event_id: expect.stringMatching(UUID),
      // The provider counts whole seconds of another clock, which goes on during its work: some may be lost on the way.
      auth_time: expect.toSatisfy((time: number) => time <= now - 7 && time > now - 37),
      iat: now,
      jti: expect.stringMatching(UUID),
    };
    expect(access.claims).toEqual({
      ...session,
      version: 2,
      client_id: WEB.id,
      token_use: "access",
      scope: "openid email profile",
      exp: now + WEB.accessTokenSeconds,
      username: subs.fan,
    });
    const digest = createHash("sha256").update(body.access_token).digest();
    expect(id.claims).toEqual({
      ...session,
      origin_jti: access.claims.origin_jti,
      event_id: access.claims.event_id,
      at_hash: digest.subarray(0, 16).toString("base64url"),
      email: "fan@example.com",
      email_verified: false,
      "cognito:username": subs.fan,
      aud: WEB.id,
      token_use: "id",
      exp: now + WEB.idTokenSeconds,
      nonce: "n-1",
    });
    expect(id.claims.jti).not.toBe(access.claims.jti);
  });

  it("leaves groups out for who is in none, and attributes to the scopes asked for", async () => {
    const { id_token, access_token } = await tokensOf(running, "other@example.com", { scope: "openid profile" });
    expect(decode(access_token).claims).not.toHaveProperty("cognito:groups");
    expect(decode(id_token).claims).not.toHaveProperty("email");
    const all = await tokensOf(running, "other@example.com", { scope: "openid" });
    expect(decode(all.id_token).claims.email).toBe("other@example.com");
  });

  it("asks for all of the client's scopes when the app names none", async () => {
    const { access_token } = await tokensOf(running, "fan@example.com", { scope: "" });
    expect(decode(access_token).claims.scope).toBe("openid email profile");
  });

  it("keeps what a callback address already says", async () => {
    const browser = running.browser();
    const redirect_uri = "https://example.com/callback?from=cognito";
    await signIn(running, "fan@example.com", { challenge, redirect_uri }, browser);
    expect(browser.left?.href).toMatch(/^https:\/\/example\.com\/callback\?from=cognito&code=[\w-]+&state=s-1$/);
  });

  it.each(["fan@example.com", "nobody@example.com"])(
    "tells nothing about %s when the password is wrong",
    async (email) => {
      const browser = await open();
      await browser.submit({ email, password: "Wrong-pass-1" });
      expect([browser.status, browser.error]).toEqual([400, "Incorrect username or password."]);
      expect(browser.html).toContain(`value="${email}"`);
      expect(browser.html).not.toContain("Wrong-pass-1");
      await browser.submit({ email: "fan@example.com", password: PASSWORD });
      expect(browser.calledBack()).toMatchObject({ state: "s-1" });
    },
  );

  it("is locked for longer with each failure after the fifth", async () => {
    await running.user("locked@example.com");
    const attempt = async (password: string) => (await open()).submit({ email: "locked@example.com", password });
    for (let failure = 0; failure < 5; failure++) {
      expect((await attempt("Wrong-pass-1")).error).toBe("Incorrect username or password.");
    }
    expect((await attempt(PASSWORD)).error).toBe("Password attempts exceeded");
    await pass(running.clock, 1);
    expect((await attempt("Wrong-pass-1")).error).toBe("Incorrect username or password.");
    await pass(running.clock, 1);
    expect((await attempt(PASSWORD)).error).toBe("Password attempts exceeded");
    await pass(running.clock, 1);
    expect((await attempt(PASSWORD)).calledBack()).toHaveProperty("code");
  });

  it("starts with a new password for who was given one", async () => {
    const Username = "given@example.com";
    const of = { UserPoolId: running.pool.id, Username, TemporaryPassword: "Temporary-1" };
    await running.api().send(new AdminCreateUserCommand({ ...of, MessageAction: "SUPPRESS" }));
    const browser = await open();
    await browser.submit({ email: Username, password: "Temporary-1" });
    expect(browser.title).toBe("Choose a new password");
    await browser.submit({ password: "short" });
    expect(browser.error).toBe("Password did not conform with policy: Password not long enough");
    await browser.submit({ password: PASSWORD });
    expect(browser.calledBack()).toHaveProperty("code");
    expect(await tokensOf(running, Username)).toHaveProperty("access_token");
    expect((await (await open()).submit({ email: Username, password: "Temporary-1" })).error).toMatch(/^Incorrect/);
  });
});

describe("a session of the sign-in pages", () => {
  it("spares a second sign-in for an hour, however often it is used", async () => {
    const browser = running.browser();
    await signIn(running, "fan@example.com", { challenge }, browser);
    await pass(running.clock, 1800);
    await open({ state: "s-2" }, browser);
    expect(browser.calledBack()).toMatchObject({ state: "s-2" });
    // The provider counts by the real clock, which goes on during its own work: a busy machine loses it some seconds.
    await pass(running.clock, 1740);
    expect((await open({}, browser)).calledBack()).toHaveProperty("code");
    await pass(running.clock, 61);
    expect((await open({}, browser)).title).toBe("Sign in");
  });

  it("tells the app when there is none and nobody may be asked", async () => {
    const browser = await open({ prompt: "none" });
    expect(browser.calledBack()).toMatchObject({ error: "login_required", state: "s-1" });
  });

  it("is another user's after they signed in", async () => {
    const browser = running.browser();
    await signIn(running, "fan@example.com", { challenge }, browser);
    const before = browser.cookie("cognito")?.value;
    await open({ prompt: "login" }, browser);
    expect(browser.title).toBe("Sign in");
    const proof = pkce();
    await open({ prompt: "login", code_challenge: proof.challenge }, browser);
    await browser.submit({ email: "other@example.com", password: PASSWORD });
    const { body } = await redeem(running, browser.calledBack().code!, proof);
    expect(decode(body.access_token).claims.sub).toBe(subs.other);
    expect(browser.cookie("cognito")?.value).not.toBe(before);
    const again = pkce();
    await open({ code_challenge: again.challenge }, browser);
    const silent = await redeem(running, browser.calledBack().code!, again);
    expect(decode(silent.body.access_token).claims.sub).toBe(subs.other);
  });

  it("is not believed when its cookie was changed", async () => {
    const browser = running.browser();
    await signIn(running, "fan@example.com", { challenge }, browser);
    const other = running.browser();
    await signIn(running, "other@example.com", { challenge }, other);
    browser.cookie("cognito")!.value = other.cookie("cognito")!.value;
    expect((await open({}, browser)).title).toBe("Sign in");
  });
});

describe("the sign-in page", () => {
  it("is plain HTML that nothing from elsewhere can touch", async () => {
    const browser = await open();
    expect(browser.html).not.toMatch(/<script|onclick|javascript:/i);
    const policy = browser.headers.get("content-security-policy")!.split("; ");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    // Chromium holds the redirect after a form to this, too.
    expect(policy).toContain(`form-action 'self' ${new URL(APP).origin}`);
    const style = /<style>(.*?)<\/style>/s.exec(browser.html)![1]!;
    expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`);
    expect(browser.headers.get("cache-control")).toBe("no-store");
    expect(browser.headers.get("x-frame-options")).toBe("DENY");
  });

  it("names every field, and ties an error to the fields", async () => {
    const browser = await open();
    const check = () => {
      for (const [, id] of browser.html.matchAll(/<input id="(\w+)"/g)) expect(browser.html).toContain(`for="${id}"`);
    };
    check();
    expect(browser.html).toMatch(/<html lang="en">.*<title>Sign in<\/title>/s);
    await browser.submit({ email: "fan@example.com", password: "x" });
    check();
    expect(browser.html).toContain('<p class="message bad" role="alert" id="error">');
    expect(browser.html).toContain("<title>Error: Sign in</title>");
    expect(browser.html).toMatch(/id="password"[^>]*aria-invalid="true" aria-describedby="error"/);
  });

  it("shows what the app suggests, as text", async () => {
    const browser = await open({ login_hint: '"><script>alert(1)</script>@example.com' });
    expect(browser.html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;@example.com"');
  });

  it("is where /login leads, and the sign-up page is where /signup leads", async () => {
    const browser = running.browser();
    await browser.open("/login", authorization(challenge));
    expect(browser.title).toBe("Sign in");
    await browser.open("/signup", authorization(challenge));
    expect(browser.title).toBe("Create an account");
    await browser.open(`${browser.url.pathname.replace("/signup", "")}?page=signin`);
    expect(browser.title).toBe("Sign in");
    await browser.submit({ email: "fan@example.com", password: PASSWORD });
    expect(browser.calledBack()).toHaveProperty("code");
  });

  it("takes two sign-ins of one browser apart", async () => {
    const browser = await open({ state: "first" });
    const first = { html: browser.html, url: browser.url };
    await open({ state: "second" }, browser);
    await browser.submit({ email: "fan@example.com", password: PASSWORD });
    expect(browser.calledBack().state).toBe("second");
    Object.assign(browser, first);
    await browser.submit({ email: "other@example.com", password: PASSWORD });
    expect(browser.calledBack().state).toBe("first");
  });
});

describe("a form that is not the page's own", () => {
  const attempt = async (change: (form: { html: string }) => void, headers = {}) => {
    const browser = await open();
    change(browser);
    await browser.submit({ email: "fan@example.com", password: PASSWORD }, { headers });
    expect(browser.left).toBeUndefined();
    return [browser.status, browser.error];
  };
  const forged = [403, "This form did not come from the sign-in page."];

  it("is refused without its token, and with one of another sign-in", async () => {
    const other = /name="csrf" value="([^"]+)"/.exec((await open()).html)![1]!;
    const swap = (value: string) => (form: { html: string }) => {
      form.html = form.html.replace(/name="csrf" value="[^"]+"/, `name="csrf" value="${value}"`);
    };
    expect(await attempt(swap(""))).toEqual(forged);
    expect(await attempt(swap(other))).toEqual(forged);
  });

  it.each(["https://evil.example", "null", "http://127.0.0.1:1"])("is refused from %s", async (origin) => {
    expect(await attempt(() => {}, { origin })).toEqual(forged);
  });

  it("is refused as another kind of body", async () => {
    const headers = { "content-type": "text/plain" };
    expect(await attempt(() => {}, headers)).toEqual([415, "The form was not sent as a form."]);
  });

  it("is refused when another browser began the sign-in", async () => {
    const [victim, attacker] = [running.browser(), await open()];
    victim.url = attacker.url;
    victim.html = attacker.html;
    await victim.submit({ email: "other@example.com", password: PASSWORD });
    expect([victim.status, victim.left]).toEqual([400, undefined]);
    expect(victim.cookies).toEqual([]);
  });

  it("is refused when its cookie was changed", async () => {
    const browser = await open();
    const other = await open();
    browser.cookie("cognito-sign-in")!.value = other.cookie("cognito-sign-in")!.value;
    await browser.submit({ email: "fan@example.com", password: PASSWORD });
    expect([browser.status, browser.error]).toEqual([400, "This sign-in is over, or was begun in another browser."]);
  });

  it("cannot finish in a browser that did not begin", async () => {
    const attacker = await open();
    const uid = attacker.url.pathname.split("/").at(-1);
    const victim = await running.browser().open(`/oauth2/authorize/${uid}`);
    expect([victim.status, victim.left]).toEqual([400, undefined]);
  });

  it("is too late after an hour", async () => {
    const browser = await open();
    await pass(running.clock, 3601);
    await browser.submit({ email: "fan@example.com", password: PASSWORD });
    expect([browser.status, browser.left]).toEqual([400, undefined]);
  });

  it("is refused when it is too large", async () => {
    const browser = await open();
    await browser.submit({ email: "fan@example.com", password: "x".repeat(20_000) });
    expect(browser.status).toBe(413);
  });
});

describe("the hosted domain", () => {
  const get = (path: string, host: string) =>
    raw(running.domain, `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);

  it("answers for this machine only", async () => {
    expect(await get("/login", "evil.example")).toMatch(/^HTTP\/1\.1 421 /);
    expect(await get("/login", "localhost:4103")).toMatch(/^HTTP\/1\.1 302 /);
  });

  it.each([
    ["/", 404],
    ["/nothing", 404],
    ["//evil.example/login", 404],
    ["/login/x", 400],
    ["/login/x/__proto__", 404],
    ["/oauth2/token", 405],
    ["http://evil.example/login", 421],
    ["http://localhost/login", 404],
  ])("answers GET %s with %i", async (path, status) => {
    expect(await get(path, "127.0.0.1")).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});
