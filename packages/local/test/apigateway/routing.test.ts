import { describe, expect, it } from "vitest";
import { gateway, httpApi, raw, route } from "./setup.ts";

describe("the choice of a route", () => {
  const keys = [
    "$default",
    "ANY /{proxy+}",
    "GET /pets/{proxy+}",
    "GET /pets/{id}",
    "GET /pets/dog/{id}",
    "GET /pets/dog/1",
    "ANY /pets/cat",
    "POST /pets/cat",
    "GET /",
    "GET /pets/{id}/toys",
  ];
  it.each([
    ["GET", "/pets/dog/1", "GET /pets/dog/1", undefined],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}", { proxy: "cat/1" }],
    ["GET", "/pets/5", "GET /pets/{id}", { id: "5" }],
    ["GET", "/pets/5/toys", "GET /pets/{id}/toys", { id: "5" }],
    ["GET", "/pets/dog/2/3", "GET /pets/{proxy+}", { proxy: "dog/2/3" }],
    ["POST", "/pets/5", "ANY /{proxy+}", { proxy: "pets/5" }],
    ["POST", "/pets/cat", "POST /pets/cat", undefined],
    ["DELETE", "/pets/cat", "ANY /pets/cat", undefined],
    ["HEAD", "/pets/5", "ANY /{proxy+}", { proxy: "pets/5" }],
    ["GET", "/", "GET /", undefined],
    ["POST", "/", "$default", undefined],
  ])("for %s %s is %s", async (method, path, key, parameters) => {
    const api = httpApi(keys.map((routeKey) => route(routeKey)));
    const { ask, events } = await gateway(api, () => ({ statusCode: 204 }));
    await ask(method, path);
    expect([events[0].routeKey, events[0].pathParameters]).toEqual([key, parameters]);
  });

  it.each([
    ["POST", "/events"],
    ["HEAD", "/events"],
    ["GET", "/events/"],
    ["GET", "/Events"],
    ["GET", "/events/1/"],
    ["GET", "/events//uploads"],
    ["GET", "/"],
    ["GET", "/files/"],
    ["GET", "/files"],
    ["OPTIONS", "/events"],
  ])("%s %s is Not Found", async (method, path) => {
    const routes = ["GET /events", "GET /events/{eventId}", "GET /events/{eventId}/uploads", "GET /files/{proxy+}"];
    const { ask, events } = await gateway(httpApi(routes.map((routeKey) => route(routeKey))));
    const answer = await ask(method, path);
    expect([answer.status, answer.headers["content-type"], events]).toEqual([404, "application/json", []]);
    if (method !== "HEAD") expect(answer.text).toBe('{"message":"Not Found"}');
    expect(answer.headers["apigw-requestid"]).toMatch(/^[\w-]{15}=$/);
  });

  it("refuses a path that cannot be decoded", async () => {
    const { ask } = await gateway(httpApi([route("$default")]));
    for (const path of ["/%zz", "/%ff", "/a%"]) expect((await ask("GET", path)).status).toBe(400);
  });
});

describe("CORS", () => {
  const cors = {
    allowOrigins: ["https://app.example.com"],
    allowMethods: ["GET", "POST"],
    allowHeaders: ["authorization", "content-type"],
    exposeHeaders: ["x-id", "etag"],
    allowCredentials: false,
    maxAgeSeconds: 300,
  };
  const origin = "https://app.example.com";
  const preflight = { origin, "access-control-request-method": "POST" };
  const answer = () => ({ statusCode: 200, headers: { "Access-Control-Allow-Origin": "*", "x-id": "1" }, body: "{}" });

  it("answers a preflight itself, whatever routes there are", async () => {
    const { ask, events } = await gateway(httpApi([route("GET /events")], { cors }), answer);
    for (const path of ["/events", "/nowhere"]) {
      const { status, headers, text } = await ask("OPTIONS", path, preflight);
      expect([status, text]).toEqual([204, ""]);
      expect(headers).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-max-age": "300",
      });
      expect(headers["apigw-requestid"]).toBeDefined();
    }
    expect(events).toEqual([]);
  });

  it("gives an origin that is not allowed no CORS headers", async () => {
    const { ask } = await gateway(httpApi([route("GET /events")], { cors }), answer);
    const evil = { ...preflight, origin: "https://app.example.com.evil.com" };
    for (const [method, headers] of [
      ["OPTIONS", evil],
      ["GET", { origin: evil.origin }],
      ["GET", {}],
    ] as const) {
      const names = Object.keys((await ask(method, "/events", headers)).headers);
      expect(names.filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  it("replaces the function's CORS headers by its own, on refusals too", async () => {
    const { ask } = await gateway(httpApi([route("GET /events")], { cors }), answer);
    for (const path of ["/events", "/nowhere"]) {
      const { headers } = await ask("GET", path, { origin });
      expect(headers["access-control-allow-origin"]).toBe(origin);
      expect(headers["access-control-expose-headers"]).toBe("x-id,etag");
      expect(headers["access-control-allow-methods"]).toBeUndefined();
    }
  });

  it("passes the function's CORS headers on where the API has no CORS configuration", async () => {
    const { ask } = await gateway(httpApi([route("GET /events")]), answer);
    expect((await ask("GET", "/events", { origin })).headers["access-control-allow-origin"]).toBe("*");
    expect((await ask("OPTIONS", "/events", preflight)).status).toBe(404);
  });

  it.each([
    [["*"], false, "http://any", "*"],
    [["https://*"], true, "https://any", "https://any"],
    [["https://*"], false, "http://any", undefined],
    [["http://localhost:5173"], true, "http://localhost:5173", "http://localhost:5173"],
  ])("allows by %j with credentials %s", async (allowOrigins, allowCredentials, from, allowed) => {
    const { ask } = await gateway(
      httpApi([route("GET /")], { cors: { ...cors, allowOrigins, allowCredentials } }),
      answer,
    );
    const { headers } = await ask("GET", "/", { origin: from });
    expect(headers["access-control-allow-origin"]).toBe(allowed);
    expect(headers["access-control-allow-credentials"]).toBe(allowed && allowCredentials ? "true" : undefined);
  });
});

describe("limits", () => {
  it("takes 10 MB and answers 413 above", async () => {
    const { ask, events } = await gateway(httpApi([route("POST /")]), () => ({ statusCode: 204 }));
    const most = 10 * 1024 * 1024;
    expect((await ask("POST", "/", { "content-type": "text/plain" }, Buffer.alloc(most, "a"))).status).toBe(204);
    for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
      const { status, text } = await ask("POST", "/", headers as Record<string, string>, Buffer.alloc(most + 1));
      expect([status, text]).toEqual([413, '{"message":"Request Entity Too Large"}']);
    }
    expect(events).toHaveLength(1);
  });

  it("answers 431 when request line and headers exceed 10,240 bytes", async () => {
    const { url, ask } = await gateway(httpApi([route("$default")]), () => ({ statusCode: 204 }));
    expect((await ask("GET", "/", { big: "x".repeat(9_900) })).status).toBe(204);
    const answer = await raw(url, `GET / HTTP/1.1\r\nHost: localhost\r\nBig: ${"x".repeat(10_300)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\napigw-requestid: /);
  });
});

describe("a listener", () => {
  it("rejects with EADDRINUSE as it is when the port is taken", async () => {
    const { running, url } = await gateway(httpApi([route("$default")]));
    await expect(running.listen(Number(new URL(url).port))).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("ends idle connections at once when it stops", async () => {
    const { running, url, ask } = await gateway(httpApi([route("$default")]));
    const closed = raw(url, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await ask("GET", "/");
    await running.stop();
    expect(await closed).toMatch(/^HTTP\/1\.1 200 /);
  });
});
