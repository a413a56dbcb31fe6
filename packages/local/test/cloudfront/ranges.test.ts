import { describe, expect, it } from "vitest";
import { ask, open } from "./http.ts";
import { edge } from "./setup.ts";

const BODY = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 251));

async function ranged(range: string, path = "/a.mp4", base?: string) {
  const set = await edge();
  set.origin.put("/content/a.mp4", BODY);
  if (base !== "empty") await ask(set.url, path);
  return { ...set, answer: await ask(set.url, path, { headers: { range } }) };
}

describe("a range of a cached object", () => {
  it.each([
    ["bytes=0-0", 0, 1],
    ["bytes=10-19", 10, 20],
    ["bytes=990-5000", 990, 1000],
    ["bytes=990-", 990, 1000],
    ["bytes=-1", 999, 1000],
    ["bytes=-5000", 0, 1000],
  ])("%s is served without the origin", async (range, start, end) => {
    const { answer, origin } = await ranged(range);
    expect([answer.status, answer.headers["content-range"], answer.headers["content-length"]]).toEqual([
      206,
      `bytes ${start}-${end - 1}/1000`,
      String(end - start),
    ]);
    expect(answer.body.equals(BODY.subarray(start, end))).toBe(true);
    expect(answer.headers["x-cache"]).toBe("Hit from cloudfront");
    expect(origin.requests).toHaveLength(1);
  });

  it.each(["bytes=1000-", "bytes=5000-6000", "bytes=-0"])("%s is not satisfiable", async (range) => {
    const { answer } = await ranged(range);
    expect([answer.status, answer.headers["content-range"]]).toEqual([416, "bytes */1000"]);
    expect(answer.headers["x-cache"]).toBe("Error from cloudfront");
  });

  it.each(["bytes=0-1,5-6", "bytes=9-3", "bytes=a-b", "items=0-1", "bytes=", "bytes=--5"])(
    "%s brings the whole object",
    async (range) => {
      const { answer } = await ranged(range);
      expect([answer.status, answer.body.length]).toEqual([200, 1000]);
    },
  );

  it("honours If-Range only for the very same object", async () => {
    const { url } = await ranged("bytes=0-0");
    const conditions = ['"v1"', "Thu, 01 Jan 2026 00:00:00 GMT", '"v2"', 'W/"v1"'];
    const statuses = [];
    for (const condition of conditions) {
      statuses.push((await ask(url, "/a.mp4", { headers: { range: "bytes=0-4", "if-range": condition } })).status);
    }
    expect(statuses).toEqual([206, 206, 200, 200]);
  });

  it("gives a HEAD its headers and no body", async () => {
    const { url } = await ranged("bytes=0-0");
    const head = await ask(url, "/a.mp4", { method: "HEAD", headers: { range: "bytes=5-9" } });
    expect([head.status, head.headers["content-length"], head.body.length]).toEqual([206, "5", 0]);
  });
});

describe("a range of an object not cached", () => {
  it("fetches only that range and keeps it", async () => {
    const { answer, origin, url } = await ranged("bytes=100-199", "/a.mp4", "empty");
    expect([answer.status, answer.headers["content-range"], answer.headers["x-cache"]]).toEqual([
      206,
      "bytes 100-199/1000",
      "Miss from cloudfront",
    ]);
    const again = await ask(url, "/a.mp4", { headers: { range: "bytes=150-179" } });
    expect(again.headers["x-cache"]).toBe("Hit from cloudfront");
    expect(again.body.equals(BODY.subarray(150, 180))).toBe(true);
    expect(origin.requests.map(({ headers }) => headers.range)).toEqual(["bytes=100-199"]);
  });

  it("fetches only what is missing of a range, and joins the parts to the whole", async () => {
    const { origin, url } = await ranged("bytes=0-99", "/a.mp4", "empty");
    const more = await ask(url, "/a.mp4", { headers: { range: "bytes=50-149" } });
    expect(more.body.equals(BODY.subarray(50, 150))).toBe(true);
    const whole = await ask(url, "/a.mp4");
    expect([whole.status, whole.headers["content-length"], whole.body.equals(BODY)]).toEqual([200, "1000", true]);
    expect((await ask(url, "/a.mp4")).headers["x-cache"]).toBe("Hit from cloudfront");
    expect(origin.requests.map(({ headers }) => headers.range)).toEqual([
      "bytes=0-99",
      "bytes=100-149",
      "bytes=150-999",
    ]);
  });

  it("asks the origin once for many viewers of the same range", async () => {
    const { origin, url } = await edge();
    origin.put("/content/a.mp4", BODY);
    const headers = { range: "bytes=100-299" };
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(url, "/a.mp4", { headers })));
    expect(answers.every(({ body }) => body.equals(BODY.subarray(100, 300)))).toBe(true);
    expect(origin.requests).toHaveLength(1);
  });

  it("serves many different ranges at once", async () => {
    const { origin, url } = await edge();
    origin.put("/content/a.mp4", BODY);
    const spans = Array.from({ length: 25 }, (_, n) => [n * 37, n * 37 + 90] as const);
    const answers = await Promise.all(
      spans.map(([start, end]) => ask(url, "/a.mp4", { headers: { range: `bytes=${start}-${end}` } })),
    );
    expect(answers.map(({ body }, n) => body.equals(BODY.subarray(spans[n]![0], spans[n]![1] + 1)))).toEqual(
      Array(25).fill(true),
    );
    expect((await ask(url, "/a.mp4")).body.equals(BODY)).toBe(true);
  });

  it("passes the origin's refusal of a range on", async () => {
    const { answer, url } = await ranged("bytes=5000-", "/a.mp4", "empty");
    expect([answer.status, answer.headers["content-range"]]).toEqual([416, "bytes */1000"]);
    expect((await ask(url, "/a.mp4")).status).toBe(200);
  });

  it("replaces the parts it has when the origin has another object by now", async () => {
    const { origin, url } = await ranged("bytes=0-99", "/a.mp4", "empty");
    const other = Buffer.alloc(1000, 7);
    origin.put("/content/a.mp4", other, {}, '"v2"');
    const answer = await ask(url, "/a.mp4", { headers: { range: "bytes=50-149" } });
    expect([answer.status, answer.headers.etag, answer.body.equals(other.subarray(50, 150))]).toEqual([
      206,
      '"v2"',
      true,
    ]);
  });

  it("serves the whole of a partly cached object when If-Range asks for another", async () => {
    const { url } = await ranged("bytes=0-99", "/a.mp4", "empty");
    const answer = await ask(url, "/a.mp4", { headers: { range: "bytes=0-9", "if-range": '"v0"' } });
    expect([answer.status, answer.body.equals(BODY)]).toEqual([200, true]);
  });

  it("fetches nothing more of a partly cached object for a 304", async () => {
    const { origin, url } = await ranged("bytes=0-99", "/a.mp4", "empty");
    expect((await ask(url, "/a.mp4", { headers: { "if-none-match": '"v1"' } })).status).toBe(304);
    expect(origin.requests).toHaveLength(1);
  });

  it("does not trust an origin that sends more than it says", async () => {
    const { origin, url } = await ranged("bytes=0-9", "/a.mp4", "empty");
    origin.override = (_, response) => {
      response.writeHead(206, { etag: '"v1"', "content-range": "bytes 10-19/1000" });
      response.end(Buffer.alloc(500, 1));
    };
    await ask(url, "/a.mp4", { headers: { range: "bytes=10-19" } }).catch(() => {});
    origin.override = undefined;
    expect((await ask(url, "/a.mp4")).body.equals(BODY)).toBe(true);
  });

  it("does not wait for a big object on its way to reach the range", async () => {
    const { origin, url } = await edge();
    const size = 5 * 1024 * 1024;
    origin.override = (request, response) => {
      if (request.headers.range) {
        response.writeHead(206, {
          etag: '"v1"',
          "content-range": `bytes 4000000-4000009/${size}`,
          "content-length": 10,
        });
        return response.end("0123456789");
      }
      response.writeHead(200, { etag: '"v1"', "content-length": size });
      response.write("the rest never comes");
    };
    const stuck = await open(url, "/a.mp4");
    const seek = await ask(url, "/a.mp4", { headers: { range: "bytes=4000000-4000009" } });
    expect([seek.status, seek.body.toString()]).toEqual([206, "0123456789"]);
    stuck.destroy();
  });
});
