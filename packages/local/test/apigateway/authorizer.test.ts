import { describe, expect, it } from "vitest";
import type { VerifyToken } from "../../src/ports.ts";
import { gateway, httpApi, route } from "./setup.ts";

const authorizer = {
  id: "jwt1",
  issuer: "https://issuer.example.com",
  audiences: ["web"],
  identitySource: "$request.header.Authorization",
};

const verify: VerifyToken = async (token, { id }) => {
  if (token !== "good") throw new Error('the token "is" bad\r\nx: y');
  const claims = {
    sub: "u1",
    exp: 1600000000,
    email_verified: true,
    "cognito:groups": ["fan", "creative"],
    a: { b: 1 },
  };
  return { claims: { ...claims, by: id }, scopes: ["read", "write"] };
};

describe("a route with a JWT authorizer", () => {
  const api = (scopes: string[] = [], changes = {}) =>
    httpApi([route("ANY /me", { authorizer: { ...authorizer, ...changes }, scopes })]);

  it.each(["Bearer good", "bearer good", "good"])("passes the claims on as text for %s", async (authorization) => {
    const { ask, events } = await gateway(api(), () => ({ statusCode: 204 }), verify);
    expect((await ask("GET", "/me", { authorization })).status).toBe(204);
    expect(events[0].requestContext.authorizer).toEqual({
      jwt: {
        claims: {
          sub: "u1",
          exp: "1600000000",
          email_verified: "true",
          "cognito:groups": "[fan creative]",
          a: "map[b:1]",
          by: "jwt1",
        },
        scopes: null,
      },
    });
  });

  it.each([
    [{}, "Bearer"],
    [{ authorization: "" }, "Bearer"],
    [{ authorization: "Bearer " }, "Bearer"],
    [
      { authorization: "Bearer bad" },
      'Bearer scope="" error="invalid_token" error_description="the token  is  bad  x: y"',
    ],
  ])("answers %j with 401", async (headers, challenge) => {
    const { ask, events } = await gateway(api(), () => ({ statusCode: 204 }), verify);
    const answer = await ask("GET", "/me", headers as Record<string, string>);
    expect([answer.status, answer.text, events]).toEqual([401, '{"message":"Unauthorized"}', []]);
    expect(answer.headers["www-authenticate"]).toBe(challenge);
  });

  it("wants one of its scopes", async () => {
    const allowed = await gateway(api(["admin", "write"]), () => ({ statusCode: 204 }), verify);
    expect((await allowed.ask("GET", "/me", { authorization: "good" })).status).toBe(204);
    expect(allowed.events[0].requestContext.authorizer.jwt.scopes).toEqual(["read", "write"]);
    const refused = await gateway(api(["admin"]), () => ({ statusCode: 204 }), verify);
    const { status, text, headers } = await refused.ask("GET", "/me", { authorization: "good" });
    expect([status, text]).toEqual([403, '{"message":"Forbidden"}']);
    expect(headers["www-authenticate"]).toBe('Bearer scope="admin" error="insufficient_scope"');
  });

  it("may find its token in the query string", async () => {
    const { ask } = await gateway(
      api([], { identitySource: "$request.querystring.token" }),
      () => ({ statusCode: 204 }),
      verify,
    );
    expect((await ask("GET", "/me?token=good")).status).toBe(204);
    expect((await ask("GET", "/me", { authorization: "good" })).status).toBe(401);
  });

  it("refuses a preflight that it catches", async () => {
    const cors = {
      allowOrigins: ["*"],
      allowMethods: ["*"],
      allowHeaders: ["*"],
      exposeHeaders: [],
      allowCredentials: false,
    };
    const { ask } = await gateway({ ...api(), cors }, () => ({ statusCode: 204 }), verify);
    const headers = { origin: "https://a", "access-control-request-method": "GET" };
    const caught = await ask("OPTIONS", "/me", headers);
    expect([caught.status, caught.headers["access-control-allow-origin"]]).toEqual([401, "*"]);
    expect((await ask("OPTIONS", "/other", headers)).status).toBe(204);
  });

  it("does not read the body of a request it refuses", async () => {
    const { ask } = await gateway(api(), () => ({ statusCode: 204 }), verify);
    expect((await ask("POST", "/me", {}, Buffer.alloc(11 * 1024 * 1024))).status).toBe(401);
  });
});

describe("an API that cannot run", () => {
  it("names the route without a verifier", async () => {
    const routes = [route("GET /open"), route("GET /me", { authorizer })];
    await expect(gateway(httpApi(routes))).rejects.toThrow(
      "the route GET /me of the API dropclip-api has the authorizer jwt1",
    );
  });

  it("names the route of another payload format, and a key that is none", async () => {
    const old = route("GET /old", { payloadFormatVersion: "1.0" });
    await expect(gateway(httpApi([old]))).rejects.toThrow(
      "the route GET /old of the API dropclip-api has payload format 1.0",
    );
    await expect(gateway(httpApi([route("get me")]))).rejects.toThrow("get me is no route key");
  });
});
