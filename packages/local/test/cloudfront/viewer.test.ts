import { describe, expect, it } from "vitest";
import { ask, raw } from "./http.ts";
import { behavior, edge, headersPolicy, ORIGIN, policy } from "./setup.ts";

describe("a viewer's URL", () => {
  it.each([
    ["/a%20b.mp4", "/content/a%20b.mp4"],
    ["/%e2%9c%93/fi%6Cm.mp4", "/content/%E2%9C%93/film.mp4"],
    ["/a(1)!*'.mp4", "/content/a%281%29%21%2A%27.mp4"],
    ["/a+b%2Bc", "/content/a+b%2Bc"],
    ["//double//slash", "/content//double//slash"],
    ["/a.mp4?secret=1", "/content/a.mp4"],
    ["http://localhost/abs.mp4", "/content/abs.mp4"],
    ["/x/../y", "/content/x/../y"],
  ])("%s names the origin's %s", async (path, wire) => {
    const { origin, url } = await edge();
    const answer = await raw(url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(origin.requests.map((request) => request.url)).toEqual([wire]);
  });

  it.each([
    "/..",
    "/a/../../images/b",
    "/%2e%2e/images/b",
    "/..%2fimages/b",
    "/%zz",
    "/a%",
    "/a#b",
    "/\xe2\x9c\x93",
    "*",
    "a.mp4",
  ])("%s is refused with 400 and never reaches the origin", async (path) => {
    const { origin, url } = await edge();
    const answer = await raw(url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(origin.requests).toEqual([]);
  });

  it("may be 8,192 bytes long and no longer", async () => {
    const { url } = await edge();
    expect((await ask(url, `/${"a".repeat(8191)}`)).status).toBe(403);
    expect((await ask(url, `/${"a".repeat(8192)}`)).status).toBe(413);
  });

  it("and headers may be 20,480 bytes long and no longer", async () => {
    const { url } = await edge();
    expect((await ask(url, "/a", { headers: { big: "x".repeat(19_000) } })).status).toBe(403);
    const answer = await raw(url, `GET / HTTP/1.1\r\nHost: localhost\r\nBig: ${"x".repeat(21_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*\r\nServer: CloudFront\r\n/);
  });

  it("that is not HTTP gets a bare 400", async () => {
    const { url } = await edge();
    expect(await raw(url, "nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nServer: CloudFront\r\n/);
  });
});

describe("a default root object", () => {
  it("is what / is answered with, and / only", async () => {
    const { origin, url } = await edge({ defaultRootObject: "pages/index.html" });
    origin.put("/content/pages/index.html", "home");
    for (const path of ["/", "/?a=1", "/?list-type=2"]) expect((await ask(url, path)).body.toString()).toBe("home");
    for (const path of ["/pages/", "//", "/x/.."]) expect((await ask(url, path)).status).toBe(403);
    // Under one name, whichever it is asked by.
    expect((await ask(url, "/pages/index.html")).headers["x-cache"]).toBe("Hit from cloudfront");
  });

  it("does not run where / and the object have behaviours of their own", async () => {
    const behaviors = [behavior({ pathPattern: "/pages/*", originId: "images" })];
    await expect(edge({ defaultRootObject: "pages/index.html", behaviors })).rejects.toThrow(
      "distribution E1 has behaviours of their own for / and for /pages/index.html",
    );
    await edge({ defaultRootObject: "index.html", behaviors });
  });
});

describe("the request to the origin", () => {
  it("is signed as the distribution and carries nothing of the viewer", async () => {
    const { origin, url } = await edge();
    const headers = { authorization: "Bearer x", "x-amz-security-token": "stolen", "user-agent": "me" };
    await ask(url, "/a.mp4", { headers });
    const sent = origin.requests[0]!.headers;
    expect(sent).toMatchObject({ "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-security-token": "T" });
    expect(sent["x-amz-date"]).toBe("20260102T030405Z");
    expect(sent.authorization).toContain(
      "AWS4-HMAC-SHA256 Credential=cloudfront.amazonaws.com|arn:aws:cloudfront::123456789012:distribution/E1/20260102/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
    );
    expect(sent["user-agent"]).toBeUndefined();
  });

  it("is not signed without an origin access control, and starts at the origin's path", async () => {
    const plain = { originId: "content", bucketName: "content", originPath: "/site", originAccessControl: false };
    const { origin, url } = await edge({ origins: [plain] });
    await ask(url, "/a.mp4");
    expect([origin.requests[0]!.url, origin.requests[0]!.headers.authorization]).toEqual([
      "/content/site/a.mp4",
      undefined,
    ]);
  });
});

describe("behaviours", () => {
  it("match in order, by * and ?, case-sensitively, with or without a leading slash", async () => {
    const behaviors = ["pic-?.jpg", "/events/*/images/*", "*.JPG"].map((pathPattern) =>
      behavior({ pathPattern, originId: "images" }),
    );
    const { origin, url } = await edge({ behaviors });
    const paths = [
      "/pic-1.jpg",
      "/pic-12.jpg",
      "/events/1/uploads/2/images/a.png",
      "/Events/1/images/a",
      "/x/y.JPG",
      "/x/y.jpg",
    ];
    for (const path of paths) await ask(url, path);
    expect(origin.requests.map((request) => request.url.split("/")[1])).toEqual([
      "images",
      "content",
      "images",
      "content",
      "images",
      "content",
    ]);
  });

  it("match the path with its dots resolved", async () => {
    const { origin, url } = await edge({ behaviors: [behavior({ pathPattern: "/pics/*", originId: "images" })] });
    await raw(url, "GET /films/../pics/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect(origin.requests[0]!.url).toBe("/images/films/../pics/a");
  });

  it.each(["PUT", "POST", "DELETE", "PATCH"])("refuse %s", async (method) => {
    const { origin, url } = await edge();
    const { status, headers, body } = await ask(url, "/a.mp4", { method });
    expect([status, headers["x-cache"]]).toEqual([403, "Error from cloudfront"]);
    expect(body.toString()).toContain("not configured to allow the HTTP request method");
    expect(origin.requests).toEqual([]);
  });

  it("refuse a GET with a body", async () => {
    const { url } = await edge();
    expect((await ask(url, "/a.mp4", { headers: { "content-length": "2" }, body: "hi" })).status).toBe(403);
  });
});

describe("the response-headers policy", () => {
  const behaviors = [
    behavior({
      pathPattern: "/open/*",
      responseHeadersPolicy: headersPolicy({ cors: { ...headersPolicy().cors!, allowOrigins: ["*"] } }),
    }),
  ];
  const defaultBehavior = behavior({ responseHeadersPolicy: headersPolicy() });

  async function get(path: string, origin?: string) {
    const set = await edge({ behaviors, defaultBehavior });
    set.origin.put("/content/a.mp4", "film", { "access-control-allow-origin": "https://s3.example.com" });
    set.origin.put("/content/open/a.mp4", "film");
    await ask(set.url, path);
    return (await ask(set.url, path, { headers: origin ? { origin } : {} })).headers;
  }

  it("sends CORS headers to a listed origin, in place of the origin's own, from the cache", async () => {
    const headers = await get("/a.mp4", ORIGIN);
    expect(headers).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-expose-headers": "ETag",
      vary: "Origin",
      "x-cache": "Hit from cloudfront",
    });
    expect(headers).not.toHaveProperty("access-control-allow-methods");
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
  });

  it("sends none to other origins, or to no origin, but says that they vary", async () => {
    for (const origin of ["https://evil.example.com", undefined]) {
      const headers = await get("/a.mp4", origin);
      expect(headers["access-control-expose-headers"]).toBeUndefined();
      expect([headers.vary, headers["x-content-type-options"]]).toEqual(["Origin", "nosniff"]);
    }
  });

  it("answers every origin with * when all are allowed", async () => {
    const headers = await get("/open/a.mp4", "https://any.example.com");
    expect([headers["access-control-allow-origin"], headers.vary]).toEqual(["*", undefined]);
  });

  it.each([
    ["*.example.com", "https://a.example.com", true],
    ["https://*.example.com", "https://a.b.example.com", true],
    ["https://*.example.com", "http://a.example.com", false],
    ["*.example.com", "https://example.com", false],
    ["*.example.com", "https://evilexample.com", false],
    ["http://localhost:5173", "http://localhost:5173", true],
    ["http://localhost:5173", "http://localhost:51730", false],
    ["example.com", "https://example.com", true],
  ])("reads the allowed origin %s for %s: %s", async (entry, origin, allowed) => {
    const cors = { ...headersPolicy().cors!, allowOrigins: [entry] };
    const { url } = await edge({ defaultBehavior: behavior({ responseHeadersPolicy: headersPolicy({ cors }) }) });
    const { headers } = await ask(url, "/a.mp4", { headers: { origin } });
    expect(headers["access-control-allow-origin"]).toBe(allowed ? origin : undefined);
  });

  const PREFLIGHT = {
    origin: ORIGIN,
    "access-control-request-method": "GET",
    "access-control-request-headers": "range",
  };

  it("adds to what the origin says to a preflight, and leaves its status", async () => {
    const { origin, url } = await edge({ behaviors, defaultBehavior });
    origin.override = (_, response) => response.writeHead(403, { "access-control-allow-methods": "PUT" }).end("no");
    const answer = await ask(url, "/a.mp4", { method: "OPTIONS", headers: PREFLIGHT });
    expect([answer.status, answer.body.toString()]).toEqual([403, "no"]);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-methods": "GET, HEAD",
      "access-control-allow-headers": "*",
      "access-control-max-age": "600",
    });
    expect(origin.requests.map(({ method }) => method)).toEqual(["OPTIONS"]);
  });

  it("does not answer a preflight where OPTIONS is not allowed", async () => {
    const closed = { ...defaultBehavior, allowedMethods: ["GET", "HEAD"] };
    const { origin, url } = await edge({ defaultBehavior: closed });
    const answer = await ask(url, "/a.mp4", { method: "OPTIONS", headers: PREFLIGHT });
    expect([answer.status, answer.headers["x-cache"]]).toEqual([403, "Error from cloudfront"]);
    expect(origin.requests).toEqual([]);
  });

  it("does not decide what the edge keeps: what a browser may not keep is a hit all the same", async () => {
    const headers = [{ header: "Cache-Control", value: "no-cache", override: true }];
    const { origin, url } = await edge({
      defaultBehavior: behavior({ responseHeadersPolicy: headersPolicy({ headers }) }),
    });
    origin.put("/content/a.mp4", "film");
    await ask(url, "/a.mp4");
    for (const [sent, status] of [
      [{}, 200],
      [{ "if-none-match": '"v1"' }, 304],
    ] as const) {
      const again = await ask(url, "/a.mp4", { headers: sent });
      expect([again.status, again.headers["x-cache"], again.headers["cache-control"]]).toEqual([
        status,
        "Hit from cloudfront",
        "no-cache",
      ]);
    }
    expect(origin.requests).toHaveLength(1);
  });

  it("removes headers first, then sets its own, over the origin's or only where it has none", async () => {
    const responseHeadersPolicy = headersPolicy({
      cors: undefined,
      headers: [
        { header: "Cache-Control", value: "public, max-age=60", override: true },
        { header: "X-Frame-Options", value: "DENY", override: false },
        { header: "ETag", value: "kept", override: false },
      ],
      removeHeaders: ["Server", "x-amz-request-id", "X-Frame-Options"],
    });
    const { origin, url } = await edge({ defaultBehavior: behavior({ responseHeadersPolicy }) });
    origin.put("/content/a.mp4", "film", { "x-frame-options": "SAMEORIGIN", "cache-control": "max-age=9" });
    const { headers } = await ask(url, "/a.mp4");
    expect(headers).toMatchObject({
      "cache-control": "public, max-age=60",
      "x-frame-options": "DENY",
      etag: '"v1"',
      server: "CloudFront",
    });
    expect(headers["x-amz-request-id"]).toBeUndefined();
  });

  it("applies to CloudFront's own errors", async () => {
    const { url } = await edge({ defaultBehavior });
    const { status, headers } = await ask(url, "/a.mp4", { method: "PUT", headers: { origin: ORIGIN } });
    expect([status, headers["access-control-allow-origin"]]).toEqual([403, ORIGIN]);
  });
});

describe("the headers of a viewer", () => {
  const sent = { origin: ORIGIN, "accept-language": "en", "access-control-request-method": "GET", cookie: "a=b" };
  const forwarded = (headers: NodeJS.Dict<string | string[]>) => Object.keys(sent).filter((name) => name in headers);

  it("go to the origin as the origin-request policy says, and do not tell answers apart", async () => {
    const originRequestPolicy = { id: "cors", headers: ["Origin", "Access-Control-Request-Method"] };
    const { origin, url } = await edge({ defaultBehavior: behavior({ originRequestPolicy }) });
    origin.put("/content/a.mp4", "film", { "access-control-allow-origin": "*" });
    await ask(url, "/a.mp4", { headers: sent });
    const other = await ask(url, "/a.mp4", { headers: { origin: "https://other.example.com" } });
    // What S3 said to the first is what all get.
    expect([other.headers["x-cache"], other.headers["access-control-allow-origin"]]).toEqual([
      "Hit from cloudfront",
      "*",
    ]);
    await ask(url, "/a.mp4", { method: "OPTIONS", headers: sent });
    expect(origin.requests.map(({ headers }) => forwarded(headers))).toEqual([
      ["origin", "access-control-request-method"],
      ["origin", "access-control-request-method"],
    ]);
  });

  it("tell answers apart, and go to the origin, where they are part of the cache key", async () => {
    const cachePolicy = policy({ headers: ["Origin"] });
    const { origin, url } = await edge({ defaultBehavior: behavior({ cachePolicy }) });
    origin.put("/content/a.mp4", "film");
    await ask(url, "/a.mp4", { headers: sent });
    const other = await ask(url, "/a.mp4", { headers: { origin: "https://other.example.com" } });
    expect(other.headers["x-cache"]).toBe("Miss from cloudfront");
    expect(origin.requests.map(({ headers }) => forwarded(headers))).toEqual([["origin"], ["origin"]]);
  });

  it("do not go there otherwise", async () => {
    const { origin, url } = await edge();
    for (const method of ["GET", "OPTIONS"]) await ask(url, "/a.mp4", { method, headers: sent });
    expect(origin.requests.map(({ headers }) => forwarded(headers))).toEqual([[], []]);
  });
});

describe("a listener", () => {
  it("rejects with EADDRINUSE as it is when the port is taken", async () => {
    const { cloudfront, url } = await edge();
    await expect(cloudfront.listen("E1", Number(new URL(url).port))).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("ends idle connections at once when it stops", async () => {
    const { cloudfront, url } = await edge();
    const closed = raw(url, "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await ask(url, "/b");
    await cloudfront.stop();
    expect(await closed).toMatch(/^HTTP\/1\.1 403 /);
    await expect(ask(url, "/a")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
