import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runOut } from "../disk/trouble.ts";
import { ask, open } from "./http.ts";
import { behavior, edge, policy } from "./setup.ts";

describe("the edge cache", () => {
  it("asks the origin once and says how it answered", async () => {
    const { origin, url, clock } = await edge();
    origin.put("/content/a.mp4", "film");
    const first = await ask(url, "/a.mp4");
    await clock.advance(5_500);
    const second = await ask(url, "/a.mp4");
    expect([first.status, first.body.toString(), first.headers["x-cache"]]).toEqual([
      200,
      "film",
      "Miss from cloudfront",
    ]);
    expect(first.headers.age).toBeUndefined();
    expect([second.body.toString(), second.headers["x-cache"], second.headers.age]).toEqual([
      "film",
      "Hit from cloudfront",
      "5",
    ]);
    expect(second.headers.via).toMatch(/^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/);
    expect(second.headers["x-amz-cf-id"]).toMatch(/^[\w-]{54}==$/);
    expect(second.headers["x-amz-cf-pop"]).toBeDefined();
    expect(origin.requests).toHaveLength(1);
  });

  it("gives way on a disk that fills: it keeps nothing more, gives up what it has, and serves on", async () => {
    const { origin, url, directory, world } = await edge();
    const files = () => readdirSync(join(directory, "edge"));
    origin.put("/content/a.mp4", "film");
    origin.put("/content/b.mp4", "other film");
    await ask(url, "/a.mp4");
    expect(files()).toHaveLength(1);
    runOut(world.store.disk);
    for (let times = 0; times < 2; times++) {
      const { status, body, headers } = await ask(url, "/b.mp4");
      expect([status, body.toString(), headers["x-cache"]]).toEqual([200, "other film", "Miss from cloudfront"]);
    }
    const part = await ask(url, "/b.mp4", { headers: { range: "bytes=0-4" } });
    expect([part.status, part.body.toString()]).toEqual([206, "other"]);
    expect(files()).toEqual([]);
  });

  it("passes the origin's own headers on, from the cache too", async () => {
    const { origin, url } = await edge();
    origin.put("/content/a.mp4", "film", { "x-amz-meta-note": "hi", "set-cookie": "a=b" });
    await ask(url, "/a.mp4");
    const { headers } = await ask(url, "/a.mp4");
    expect(headers).toMatchObject({
      server: "AmazonS3",
      etag: '"v1"',
      "content-type": "video/mp4",
      "content-length": "4",
      "x-amz-request-id": "R",
      "x-amz-server-side-encryption": "AES256",
      "x-amz-meta-note": "hi",
    });
    expect(headers["set-cookie"]).toBeUndefined();
  });

  it("revalidates an expired object and keeps it when it is unchanged", async () => {
    const { origin, url, clock } = await edge();
    origin.put("/content/a.mp4", "film", { "cache-control": "max-age=60" });
    await ask(url, "/a.mp4");
    await clock.advance(60_000);
    const refreshed = await ask(url, "/a.mp4");
    const after = await ask(url, "/a.mp4");
    expect([refreshed.body.toString(), refreshed.headers["x-cache"]]).toEqual(["film", "RefreshHit from cloudfront"]);
    expect([after.headers["x-cache"], after.headers.age]).toEqual(["Hit from cloudfront", "0"]);
    expect(origin.requests[1]!.headers).toMatchObject({ "if-none-match": '"v1"' });
    expect(origin.requests).toHaveLength(2);
  });

  it("takes the new object when the expired one has changed", async () => {
    const { origin, url, clock } = await edge();
    origin.put("/content/a.mp4", "film", { "cache-control": "max-age=60" });
    await ask(url, "/a.mp4");
    origin.put("/content/a.mp4", "longer film", { "cache-control": "max-age=60" }, '"v2"');
    await clock.advance(60_000);
    const changed = await ask(url, "/a.mp4");
    expect([changed.body.toString(), changed.headers["x-cache"], changed.headers.etag]).toEqual([
      "longer film",
      "Miss from cloudfront",
      '"v2"',
    ]);
  });

  it("serves an expired object while the origin fails, for ten seconds at a time", async () => {
    const { origin, url, clock } = await edge();
    origin.put("/content/a.mp4", "film", { "cache-control": "max-age=60" });
    await ask(url, "/a.mp4");
    await clock.advance(60_000);
    origin.override = (_, response) => response.writeHead(503).end();
    expect((await ask(url, "/a.mp4")).body.toString()).toBe("film");
    expect((await ask(url, "/a.mp4")).status).toBe(200);
    expect(origin.requests).toHaveLength(2);
    await clock.advance(10_000);
    origin.override = undefined;
    expect((await ask(url, "/a.mp4")).headers["x-cache"]).toBe("RefreshHit from cloudfront");
  });

  it("keeps nothing where the policy's maximum is zero, nor what is no-store when the minimum is zero", async () => {
    const off = policy({ minTtlSeconds: 0, defaultTtlSeconds: 0, maxTtlSeconds: 0 });
    const { origin, url } = await edge({
      behaviors: [behavior({ pathPattern: "/live/*", cachePolicy: off })],
      defaultBehavior: behavior({ cachePolicy: policy({ minTtlSeconds: 0 }) }),
    });
    origin.put("/content/live/a.mp4", "film");
    origin.put("/content/b.mp4", "film", { "cache-control": "no-store" });
    for (const path of ["/live/a.mp4", "/live/a.mp4", "/b.mp4", "/b.mp4"]) {
      const answer = await ask(url, path);
      expect([answer.headers["x-cache"], answer.body.toString()]).toEqual(["Miss from cloudfront", "film"]);
    }
    expect(origin.requests).toHaveLength(4);
  });

  it("asks the origin once for many viewers at the same time", async () => {
    const { origin, url } = await edge();
    origin.put("/content/a.mp4", Buffer.alloc(300_000, "x"));
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(url, "/a.mp4")));
    expect(answers.map(({ body }) => body.length)).toEqual(Array(20).fill(300_000));
    expect(answers.filter(({ headers }) => headers["x-cache"] === "Miss from cloudfront")).toHaveLength(1);
    expect(origin.requests).toHaveLength(1);
  });

  it("does not make viewers of something uncacheable wait for one another", async () => {
    const { origin, url } = await edge({ defaultBehavior: behavior({ cachePolicy: policy({ minTtlSeconds: 0 }) }) });
    origin.put("/content/a.mp4", "film", { "cache-control": "private" });
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(url, "/a.mp4")));
    expect(answers.map(({ body }) => body.toString())).toEqual(Array(8).fill("film"));
    expect(origin.requests).toHaveLength(8);
  });

  it("starts over after a fetch that broke off, and cuts the viewer's body short rather than ending it", async () => {
    const { origin, url } = await edge();
    origin.override = (_, response) => {
      response.writeHead(200, { "content-length": "1000", etag: '"v1"' });
      response.write(Buffer.alloc(400, "a"), () => response.destroy());
    };
    await expect(ask(url, "/a.mp4")).rejects.toThrow();
    origin.override = undefined;
    origin.put("/content/a.mp4", Buffer.alloc(1000, "a"));
    expect((await ask(url, "/a.mp4")).body.toString()).toBe("a".repeat(1000));
    // Goes on from what arrived: a connection that breaks may take the last bytes with it.
    expect(origin.requests[1]!.headers.range).toMatch(/^bytes=(0|400)-999$/);
  });

  it("notices that an object changed under a fetch that broke off", async () => {
    const { origin, url } = await edge();
    origin.override = (_, response) => {
      response.writeHead(200, { "content-length": "1000", etag: '"v1"' });
      response.write(Buffer.alloc(400, "a"), () => response.destroy());
    };
    await expect(ask(url, "/a.mp4")).rejects.toThrow();
    origin.override = undefined;
    origin.put("/content/a.mp4", Buffer.alloc(1000, "b"), {}, '"v2"');
    const answer = await ask(url, "/a.mp4");
    expect([answer.body.toString(), answer.headers.etag]).toEqual(["b".repeat(1000), '"v2"']);
  });

  it("stops fetching when the last viewer leaves", async () => {
    const { origin, url } = await edge();
    const closed = Promise.withResolvers<void>();
    origin.override = (_, response) => {
      response.writeHead(200, { "content-length": "1000000", etag: '"v1"' });
      response.write(Buffer.alloc(1000));
      response.on("close", () => closed.resolve());
    };
    const viewer = await open(url, "/a.mp4");
    viewer.destroy();
    await closed.promise;
    expect(origin.requests).toHaveLength(1);
  });

  it("fetches on for a viewer who joined when the one who came first leaves", async () => {
    const { origin, url } = await edge();
    const begun = Promise.withResolvers<() => void>();
    origin.override = (_, response) => {
      response.writeHead(200, { "content-length": "2000", etag: '"v1"' });
      response.write(Buffer.alloc(1000, "a"));
      begun.resolve(() => response.end(Buffer.alloc(1000, "b")));
    };
    const first = await open(url, "/a.mp4");
    const second = await open(url, "/a.mp4");
    expect(second.headers["x-cache"]).toBe("Hit from cloudfront");
    first.destroy();
    const finish = await begun.promise;
    const chunks: Buffer[] = [];
    second.on("data", (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise((resolve) => second.on("end", resolve));
    finish();
    await ended;
    expect(Buffer.concat(chunks).toString()).toBe("a".repeat(1000) + "b".repeat(1000));
    expect(origin.requests).toHaveLength(1);
  });

  it("stays within its bound on disk, dropping what was used longest ago", async () => {
    const { origin, url, directory } = await edge({}, { cacheBytes: 500_000 });
    for (let n = 0; n < 8; n++) origin.put(`/content/${n}.mp4`, Buffer.alloc(90_000, String(n)));
    for (let n = 0; n < 8; n++) {
      await ask(url, `/${n}.mp4`);
      await ask(url, "/0.mp4");
    }
    expect((await ask(url, "/0.mp4")).headers["x-cache"]).toBe("Hit from cloudfront");
    expect((await ask(url, "/1.mp4")).headers["x-cache"]).toBe("Miss from cloudfront");
    expect(readdirSync(join(directory, "edge")).length).toBeLessThanOrEqual(5);
  });

  it("passes an object above a quarter of its bound through without keeping it", async () => {
    const { origin, url, directory } = await edge({}, { cacheBytes: 500_000 });
    origin.put("/content/big.mp4", Buffer.alloc(200_000, "x"));
    expect((await ask(url, "/big.mp4")).body.length).toBe(200_000);
    expect((await ask(url, "/big.mp4", { headers: { range: "bytes=10-19" } })).body.length).toBe(10);
    expect((await ask(url, "/big.mp4")).headers["x-cache"]).toBe("Miss from cloudfront");
    expect(readdirSync(join(directory, "edge"))).toEqual([]);
  });

  it("keeps what differs in a header or query string of the cache policy apart, and forwards only that", async () => {
    const cachePolicy = policy({ headers: ["X-Kind"], queryStrings: ["v"] });
    const { origin, url } = await edge({ defaultBehavior: behavior({ cachePolicy }) });
    origin.put("/content/a.mp4", "film");
    const seen: unknown[] = [];
    for (const [path, kind] of [
      ["/a.mp4?v=1&w=1", "x"],
      ["/a.mp4?w=2&v=1", "x"],
      ["/a.mp4?v=2", "x"],
      ["/a.mp4?v=1", "y"],
    ]) {
      const answer = await ask(url, path!, { headers: { "x-kind": kind!, cookie: "a=b", "x-other": "1" } });
      seen.push(answer.headers["x-cache"]);
    }
    expect(seen).toEqual(["Miss", "Hit", "Miss", "Miss"].map((result) => `${result} from cloudfront`));
    expect(origin.requests.map(({ url: sent }) => sent)).toEqual([
      "/content/a.mp4?v=1",
      "/content/a.mp4?v=2",
      "/content/a.mp4?v=1",
    ]);
    expect(origin.requests[0]!.headers).toMatchObject({ "x-kind": "x" });
    expect(origin.requests[0]!.headers).not.toHaveProperty("cookie");
    expect(origin.requests[0]!.headers).not.toHaveProperty("x-other");
  });

  it("answers HEAD from the object, and a GET after a HEAD with the body", async () => {
    const { origin, url } = await edge();
    origin.put("/content/a.mp4", "film");
    const head = await ask(url, "/a.mp4", { method: "HEAD" });
    expect([head.status, head.headers["content-length"], head.body.length]).toEqual([200, "4", 0]);
    expect((await ask(url, "/a.mp4", { method: "HEAD" })).headers["x-cache"]).toBe("Hit from cloudfront");
    expect((await ask(url, "/a.mp4")).body.toString()).toBe("film");
    expect(origin.requests.map(({ method }) => method)).toEqual(["HEAD", "GET"]);
  });

  it("caches an empty object", async () => {
    const { origin, url } = await edge();
    origin.put("/content/empty", "");
    for (const result of ["Miss", "Hit"]) {
      const answer = await ask(url, "/empty");
      expect([answer.status, answer.body.length, answer.headers["x-cache"]]).toEqual([
        200,
        0,
        `${result} from cloudfront`,
      ]);
    }
  });
});

describe("conditional requests", () => {
  it.each([
    [{ "if-none-match": '"v1"' }, 304],
    [{ "if-none-match": 'W/"v1"' }, 304],
    [{ "if-none-match": '"other", "v1"' }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"v2"' }, 200],
    [{ "if-none-match": '"v2"', "if-modified-since": "Fri, 02 Jan 2026 00:00:00 GMT" }, 200],
    [{ "if-modified-since": "Fri, 02 Jan 2026 00:00:00 GMT" }, 304],
    [{ "if-modified-since": "Wed, 31 Dec 2025 00:00:00 GMT" }, 200],
    [{ "if-modified-since": "nonsense" }, 200],
    [{ "if-match": '"v2"' }, 412],
    [{ "if-match": '"v1"' }, 200],
    [{ "if-unmodified-since": "Wed, 31 Dec 2025 00:00:00 GMT" }, 412],
  ])("answers %j from the cache with %i", async (headers, status) => {
    const { origin, url } = await edge();
    origin.put("/content/a.mp4", "film");
    await ask(url, "/a.mp4");
    const answer = await ask(url, "/a.mp4", { headers: headers as Record<string, string> });
    expect([answer.status, answer.body.length > 0]).toEqual([status, status !== 304]);
    expect(origin.requests).toHaveLength(1);
    if (status === 304) expect(answer.headers).toMatchObject({ etag: '"v1"', "x-cache": "Hit from cloudfront" });
  });

  it("passes the origin's 304 on when nothing is cached", async () => {
    const { origin, url } = await edge();
    origin.put("/content/a.mp4", "film");
    const answer = await ask(url, "/a.mp4", { headers: { "if-none-match": '"v1"' } });
    expect([answer.status, answer.headers["x-cache"]]).toEqual([304, "Miss from cloudfront"]);
    expect((await ask(url, "/a.mp4")).body.toString()).toBe("film");
  });
});
