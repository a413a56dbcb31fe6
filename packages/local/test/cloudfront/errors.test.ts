import { describe, expect, it } from "vitest";
import { ask } from "./http.ts";
import { behavior, distribution, edge } from "./setup.ts";

describe("errors of the origin", () => {
  it("passes S3's AccessDenied for a missing key on and does not cache it", async () => {
    const { origin, url } = await edge();
    const missing = await ask(url, "/none.mp4");
    expect([missing.status, missing.headers["x-cache"], missing.headers["x-amz-request-id"]]).toEqual([
      403,
      "Error from cloudfront",
      "R",
    ]);
    expect(missing.body.toString()).toContain("AccessDenied");
    origin.put("/content/none.mp4", "here now");
    expect((await ask(url, "/none.mp4")).status).toBe(200);
  });

  it("caches a 403 for the longer of its max-age and the minimum", async () => {
    const { origin, url, clock } = await edge();
    origin.override = (_, response) => response.writeHead(403, { "cache-control": "max-age=30" }).end("no");
    await ask(url, "/a.mp4");
    await clock.advance(29_000);
    expect((await ask(url, "/a.mp4")).body.toString()).toBe("no");
    expect(origin.requests).toHaveLength(1);
    await clock.advance(1_000);
    await ask(url, "/a.mp4");
    expect(origin.requests).toHaveLength(2);
  });

  it.each([
    ["ten seconds", [], 10],
    ["the distribution's minimum", [{ errorCode: 404, errorCachingMinTtlSeconds: 60 }], 60],
    ["no time at all", [{ errorCode: 404, errorCachingMinTtlSeconds: 0 }], 0],
  ])("caches a 404 for %s", async (_, customErrorResponses, seconds) => {
    const { origin, url, clock } = await edge({ customErrorResponses });
    origin.override = (_request, response) => response.writeHead(404).end("gone");
    for (let n = 0; n < 2; n++) {
      const { status, headers, body } = await ask(url, "/a.mp4");
      expect([status, headers["x-cache"], body.toString()]).toEqual([404, "Error from cloudfront", "gone"]);
    }
    expect(origin.requests).toHaveLength(seconds > 0 ? 1 : 2);
    await clock.advance(seconds * 1000);
    await ask(url, "/a.mp4");
    expect(origin.requests).toHaveLength(seconds > 0 ? 2 : 3);
  });

  it("does not cache a 404 that is no-store, but a 503 that is", async () => {
    const { origin, url } = await edge();
    let status = 404;
    origin.override = (_, response) => response.writeHead(status, { "cache-control": "no-store" }).end();
    await ask(url, "/a.mp4");
    await ask(url, "/a.mp4");
    expect(origin.requests).toHaveLength(2);
    status = 503;
    await ask(url, "/b.mp4");
    await ask(url, "/b.mp4");
    expect(origin.requests).toHaveLength(3);
  });

  it("answers 502 on a page of its own when the origin is not there", async () => {
    const { origin, url } = await edge();
    await origin.stop();
    const { status, headers, body } = await ask(url, "/a.mp4");
    expect([status, headers["x-cache"], headers.server]).toEqual([502, "Error from cloudfront", "CloudFront"]);
    expect(body.toString()).toContain(`Request ID: ${headers["x-amz-cf-id"]}`);
    const again = await ask(url, "/a.mp4", { method: "HEAD" });
    expect([again.status, again.body.length]).toEqual([502, 0]);
    expect((await ask(url, "/b.mp4", { method: "OPTIONS" })).status).toBe(502);
  });
});

describe("custom error responses", () => {
  const customErrorResponses = [{ errorCode: 403, responseCode: 404, responsePagePath: "/pages/404.html" }];
  const behaviors = [behavior({ pathPattern: "/pages/*", originId: "images" })];

  it("shows the page under the status the distribution names", async () => {
    const { origin, url } = await edge({ customErrorResponses, behaviors });
    origin.put("/images/pages/404.html", "not here", { "content-type": "text/html" });
    for (let n = 0; n < 2; n++) {
      const { status, headers, body } = await ask(url, "/none.mp4");
      expect([status, headers["content-type"], headers["x-cache"], body.toString()]).toEqual([
        404,
        "text/html",
        "Error from cloudfront",
        "not here",
      ]);
    }
    expect(origin.requests.filter((request) => request.url.startsWith("/images"))).toHaveLength(1);
  });

  it("keeps the status when no other is named", async () => {
    const { origin, url } = await edge({ customErrorResponses: [{ errorCode: 403, responsePagePath: "/page.html" }] });
    origin.put("/content/page.html", "denied");
    expect((await ask(url, "/none.mp4")).status).toBe(403);
  });

  it("gives what the page's origin says when the page is not there either", async () => {
    const { origin, url } = await edge({ customErrorResponses, behaviors });
    const { status, body } = await ask(url, "/none.mp4");
    expect([status, body.toString()]).toEqual([403, "<Error><Code>AccessDenied</Code></Error>"]);
    origin.override = ({ url: asked }, response) =>
      asked!.startsWith("/images/") ? response.writeHead(404).end("no page") : response.writeHead(403).end("no film");
    for (let n = 0; n < 2; n++) {
      const missing = await ask(url, "/none.mp4");
      expect([missing.status, missing.headers["x-cache"], missing.body.toString()]).toEqual([
        ...[404, "Error from cloudfront", "no page"],
      ]);
    }
  });

  it("answer for an app whose paths are no files: 200, kept by the page's own headers, never under the path", async () => {
    const page = { responseCode: 200, responsePagePath: "/index.html", errorCachingMinTtlSeconds: 0 };
    const { origin, url, clock } = await edge({ customErrorResponses: [{ errorCode: 403, ...page }] });
    const headers = { "content-type": "text/html", "cache-control": "max-age=0, s-maxage=60" };
    origin.put("/content/index.html", "old", headers);
    const shown = async (path: string) => (await ask(url, path)).body.toString();
    expect([await shown("/e/1"), await shown("/e/2")]).toEqual(["old", "old"]);
    expect(origin.requests.map((request) => request.url)).toEqual([
      ...["/content/e/1", "/content/index.html", "/content/e/2"],
    ]);
    origin.put("/content/index.html", "new", headers, '"v2"');
    expect(await shown("/e/1")).toBe("old");
    await clock.advance(60_000);
    expect(await shown("/e/1")).toBe("new");
    origin.put("/content/e/1", "a page of its own", headers);
    expect(await shown("/e/1")).toBe("a page of its own");
  });
});

describe("a distribution that does not run locally", () => {
  it.each([
    [{ defaultBehavior: behavior({ allowedMethods: ["GET", "HEAD", "PUT"] }) }, "allows PUT"],
    [{ defaultBehavior: behavior({ cachedMethods: ["GET", "HEAD", "OPTIONS"] }) }, "caches OPTIONS"],
    [{ defaultBehavior: behavior({ originId: "elsewhere" }) }, "no origin elsewhere"],
  ])("is refused by name", async (changes, message) => {
    await expect(edge(changes)).rejects.toThrow(message);
    expect(distribution().id).toBe("E1");
  });
});
