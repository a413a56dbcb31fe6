import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ask } from "./http.ts";
import { behavior, edge, policy } from "./setup.ts";

const PLAYLIST = "#EXTM3U\n#EXTINF:6.0,\nsegment.m4s\n".repeat(100);
const TYPE = "application/vnd.apple.mpegurl";

async function playlist(changes: Parameters<typeof edge>[0] = {}, type = TYPE, body = PLAYLIST) {
  const set = await edge(changes);
  set.origin.put("/content/index.m3u8", body, { "content-type": type });
  const get = (accept: string, more: Record<string, string> = {}, method = "GET") =>
    ask(set.url, "/index.m3u8", { method, headers: { "accept-encoding": accept, ...more } });
  return { ...set, get };
}

describe("compression at the edge", () => {
  it("prefers Brotli, weakens the ETag and varies by Accept-Encoding", async () => {
    const { get, origin } = await playlist();
    for (const result of ["Miss", "Hit"]) {
      const { headers, body } = await get("gzip, deflate, br");
      expect(headers).toMatchObject({ "content-encoding": "br", etag: 'W/"v1"', vary: "Accept-Encoding" });
      expect(headers["x-cache"]).toBe(`${result} from cloudfront`);
      expect(headers["accept-ranges"]).toBeUndefined();
      expect(brotliDecompressSync(body).toString()).toBe(PLAYLIST);
    }
    expect(origin.requests.map(({ headers }) => headers["accept-encoding"])).toEqual(["br,gzip"]);
  });

  it("keeps one object per normal form of Accept-Encoding", async () => {
    const { get, origin } = await playlist();
    expect(gunzipSync((await get("gzip")).body).toString()).toBe(PLAYLIST);
    expect((await get("deflate, GZIP;q=0.5")).headers["x-cache"]).toBe("Hit from cloudfront");
    const plain = await get("br;q=0, identity");
    expect([plain.headers["content-encoding"], plain.headers.etag, plain.headers.vary]).toEqual([
      undefined,
      '"v1"',
      "Accept-Encoding",
    ]);
    expect(origin.requests).toHaveLength(2);
  });

  it("answers a conditional request by the weak ETag and revalidates by the origin's own", async () => {
    const { get, origin, clock } = await playlist();
    const { headers } = await get("br");
    expect((await get("br", { "if-none-match": headers.etag! })).status).toBe(304);
    await clock.advance(86_400_000);
    expect((await get("br")).headers["x-cache"]).toBe("RefreshHit from cloudfront");
    expect(origin.requests[1]!.headers["if-none-match"]).toBe('"v1"');
  });

  it("does not compress a range", async () => {
    const { get } = await playlist();
    const { status, headers, body } = await get("br", { range: "bytes=0-6" });
    expect([status, headers["content-encoding"], body.toString()]).toEqual([206, undefined, "#EXTM3U"]);
  });

  it("gives HEAD the headers of the compressed form", async () => {
    const { get } = await playlist();
    const { headers, body } = await get("br", {}, "HEAD");
    expect([headers["content-encoding"], headers.etag, body.length]).toEqual(["br", 'W/"v1"', 0]);
  });

  it("serves many viewers of one object on its way through the compressor", async () => {
    const { get, origin } = await playlist({}, TYPE, PLAYLIST.repeat(200));
    const answers = await Promise.all(Array.from({ length: 10 }, () => get("br")));
    expect(answers.every(({ body }) => brotliDecompressSync(body).toString() === PLAYLIST.repeat(200))).toBe(true);
    expect(origin.requests).toHaveLength(1);
  });

  it.each([
    ["a type that is not on the list", {}, "video/mp4", PLAYLIST],
    ["less than 1,000 bytes", {}, TYPE, "x".repeat(999)],
    ["more than 10,000,000 bytes", {}, TYPE, "x".repeat(10_000_001)],
    ["a behaviour that does not compress", { defaultBehavior: behavior({ compress: false }) }, TYPE, PLAYLIST],
    [
      "a policy without encodings",
      { defaultBehavior: behavior({ cachePolicy: policy({ gzip: false, brotli: false }) }) },
      TYPE,
      PLAYLIST,
    ],
  ])("leaves %s alone", async (_, changes, type, body) => {
    const { get } = await playlist(changes, type, body);
    const answer = await get("br, gzip");
    expect([answer.headers["content-encoding"], answer.body.toString() === body]).toEqual([undefined, true]);
  });

  it("leaves what the origin has encoded already alone", async () => {
    const { origin, url } = await edge();
    origin.put("/content/a.css", "x".repeat(2000), { "content-type": "text/css", "content-encoding": "zstd" });
    const answer = await ask(url, "/a.css", { headers: { "accept-encoding": "br" } });
    expect([answer.headers["content-encoding"], answer.body.length]).toEqual(["zstd", 2000]);
  });
});
