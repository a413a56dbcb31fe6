import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestClock } from "../../src/clock.ts";
import {
  authorization,
  decode,
  pass,
  pkce,
  type RunningPool,
  redeem,
  refresh,
  signIn,
  startPool,
  tokensOf,
  WEB,
} from "./support.ts";

let directory: string;
let running: RunningPool | undefined;
const clock = new TestClock(Date.now());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dropclip-cognito-"));
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(directory, { recursive: true });
});

const start = async (port = 0) => {
  running = await startPool({ directory, clock, port });
  return running;
};
const restart = async () => {
  const port = Number(new URL(running!.domain).port);
  await running!.stop();
  const again = await start(port);
  // The test's own client has to find out that its connections have ended.
  await expect.poll(() => fetch(again.domain).then(({ status }) => status, String)).toBe(404);
  return again;
};

describe("after a restart", () => {
  it("users, sessions, sign-ins under way, codes and refresh tokens are as they were", async () => {
    const first = await start();
    await first.user("fan@example.com", "fan");
    const tokens = await tokensOf(first, "fan@example.com");
    const proof = pkce();
    const browser = first.browser();
    const { code } = await signIn(first, "fan@example.com", { challenge: proof.challenge }, browser);
    const waiting = await first.browser().open("/login", authorization(proof.challenge));
    const second = await restart();
    expect(second.issuer).toBe(first.issuer);
    const { status, body } = await refresh(second, tokens.refresh_token);
    expect(status).toBe(200);
    expect(decode(body.access_token)).toMatchObject({
      header: decode(tokens.access_token).header,
      claims: { "cognito:groups": ["fan"], origin_jti: decode(tokens.access_token).claims.origin_jti },
    });
    const verified = await second.cognito.verifyToken(tokens.access_token, {
      id: "jwt1",
      issuer: second.pool.issuer,
      audiences: [WEB.id],
      identitySource: "",
    });
    expect(verified.scopes).toContain("openid");
    expect((await redeem(second, code!, proof)).status).toBe(200);
    expect((await redeem(second, code!, proof)).body.error).toBe("invalid_grant");
    await browser.open("/oauth2/authorize", authorization(proof.challenge));
    expect(browser.calledBack()).toHaveProperty("code");
    await waiting.submit({ email: "fan@example.com", password: "Dropclip-2026" });
    expect(waiting.calledBack()).toHaveProperty("code");
  });

  it("what was revoked, used up or over stays so", async () => {
    const first = await start();
    await first.user("fan@example.com");
    const [old, revoked] = [await tokensOf(first, "fan@example.com"), await tokensOf(first, "fan@example.com")];
    const form = new URLSearchParams({ client_id: WEB.id, token: revoked.refresh_token });
    await fetch(`${first.domain}/oauth2/revoke`, { method: "POST", body: form });
    const second = await restart();
    expect((await refresh(second, revoked.refresh_token)).body.error).toBe("invalid_grant");
    expect((await refresh(second, old.refresh_token)).status).toBe(200);
    await pass(clock, WEB.refreshTokenSeconds);
    expect((await refresh(second, old.refresh_token)).body.error).toBe("invalid_grant");
    const rows = () => second.store.get<{ count: number }>("SELECT count(*) AS count FROM cognito_oidc")!.count;
    expect(rows()).toBeGreaterThan(0);
    second.cognito.sweep();
    expect(rows()).toBe(0);
  });

  it("both keys of a rotation are known", async () => {
    const first = await start();
    await first.user("fan@example.com");
    const { access_token } = await tokensOf(first, "fan@example.com");
    const kid = await first.cognito.rotateKeys(first.pool.id);
    const second = await restart();
    const { keys } = (await (await fetch(`${second.issuer}/.well-known/jwks.json`)).json()) as any;
    expect(keys.map((key: any) => key.kid)).toEqual([kid, decode(access_token).header.kid]);
  });
});

describe("the file with the keys", () => {
  const file = () => join(directory, "cognito.json");

  it("is its owner's only, and no key is made before it is needed", async () => {
    const { issuer, cognito, pool } = await start();
    expect(JSON.parse(readFileSync(file(), "utf8")).pools).toEqual({});
    await fetch(`${issuer}/.well-known/jwks.json`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file(), "utf8")).pools[pool.id]).toHaveLength(1);
    await cognito.rotateKeys(pool.id);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it("has one key when many ask at once for the first", async () => {
    const { issuer } = await start();
    const ask = async () => ((await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as any).keys[0].kid;
    expect(new Set(await Promise.all([ask(), ask(), ask()])).size).toBe(1);
  });

  it.each(["", "{", "null", "[]", '{"cookieKey":"x"}'])("stops the start when it holds %j", async (text) => {
    writeFileSync(file(), text);
    await expect(startPool({ directory, clock })).rejects.toThrow(
      /cognito\.json is damaged: remove it to get new keys/,
    );
  });
});
