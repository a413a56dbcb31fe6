import { createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authorization, pkce, type RunningPool, startPool, tokensOf, userPool } from "./support.ts";

let running: RunningPool;
beforeAll(async () => {
  running = await startPool();
  await running.user("fan@example.com");
});
afterAll(() => running.remove());

const json = async (path: string) => {
  const response = await fetch(`${running.domain}${path}`);
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
};

describe("the issuer", () => {
  it("describes itself in Cognito's members", async () => {
    const { body, headers } = await json(`/${running.pool.id}/.well-known/openid-configuration`);
    const { domain, issuer } = running;
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(issuer).toBe(`${domain}/${running.pool.id}`);
    expect(body).toEqual({
      authorization_endpoint: `${domain}/oauth2/authorize`,
      end_session_endpoint: `${domain}/logout`,
      id_token_signing_alg_values_supported: ["RS256"],
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      response_types_supported: ["code"],
      revocation_endpoint: `${domain}/oauth2/revoke`,
      scopes_supported: ["openid", "email", "phone", "profile"],
      subject_types_supported: ["public"],
      token_endpoint: `${domain}/oauth2/token`,
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
      userinfo_endpoint: `${domain}/oauth2/userInfo`,
    });
  });

  it("publishes the keys its tokens are signed with, and nothing of their secrets", async () => {
    const { access_token } = await tokensOf(running, "fan@example.com");
    const { body, headers } = await json(`/${running.pool.id}/.well-known/jwks.json`);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(Object.keys(body.keys[0])).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    const [head, claims, signature = ""] = access_token.split(".");
    const key = createPublicKey({ key: body.keys[0], format: "jwk" });
    const signed = Buffer.from(`${head}.${claims}`);
    expect(verify("sha256", signed, key, Buffer.from(signature, "base64url"))).toBe(true);
  });

  it.each(["openid-configuration", "jwks.json"])("has no %s for another pool", async (name) => {
    const response = await fetch(`${running.domain}/eu-west-1_Nowhere12/.well-known/${name}`);
    expect(response.status).toBe(404);
  });

  it("is all there is of a pool without a domain", async () => {
    const clients = userPool().clients.map((client) => ({ ...client, scopes: [] }));
    const bare = await startPool({ pool: userPool(undefined, { domain: undefined, clients }) });
    const document = (await (await fetch(`${bare.issuer}/.well-known/openid-configuration`)).json()) as any;
    expect(document).not.toHaveProperty("authorization_endpoint");
    const browser = await bare.browser().open("/oauth2/authorize", authorization(pkce().challenge));
    expect(browser.status).toBe(404);
    await bare.remove();
  });
});
