import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createCloudFront } from "../../src/cloudfront/index.ts";
import type { LogObject } from "../../src/ports.ts";
import { distribution, edge } from "./setup.ts";

const FIELDS = [
  ...["date", "time", "cs-method", "cs-uri-stem", "sc-status", "sc-bytes", "sc-content-type", "sc-range-start"],
  ...["sc-range-end", "time-taken", "x-edge-result-type", "cs(Referer)", "c-country", "asn"],
];
const LOG = {
  sourceArn: "arn:aws:logs:us-east-1:123456789012:delivery-source:one",
  bucketName: "logs",
  prefix: "edge/",
  suffixPath: "media/{yyyy}/{MM}/{dd}/{HH}",
  fields: FIELDS,
};
const MINUTE = 60_000;

const linesOf = ({ body }: LogObject) =>
  gunzipSync(body)
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);

async function logged() {
  const setup = await edge({ accessLogs: [LOG] });
  setup.origin.put("/content/a.mp4", "0123456789");
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(setup.url + path, init);
    await response.arrayBuffer();
    return response;
  };
  return { ...setup, get };
}

describe("standard logging (v2)", () => {
  it("delivers a line for each request, after a minute, by the hour of the requests", async () => {
    const { get, clock, written } = await logged();
    await get("/a.mp4", { headers: { referer: "https://example.com/a b" } });
    await get("/a.mp4?x=secret", { headers: { range: "bytes=2-4" } });
    await get("/a.mp4", { method: "HEAD" });
    await get("/none%20here");
    await clock.advance(MINUTE - 1);
    expect(written).toEqual([]);
    await clock.advance(1);
    expect(written).toHaveLength(1);
    const [log] = written;
    expect(log!.key).toMatch(/^edge\/media\/2026\/01\/02\/03\/E1\.2026-01-02-03\.[0-9a-f]{8}\.gz$/);
    expect(log).toMatchObject({
      ...{ bucketName: "logs", service: "delivery.logs.amazonaws.com", sourceArn: LOG.sourceArn },
      acl: "bucket-owner-full-control",
    });
    const lines = linesOf(log!);
    expect(lines.map((line) => Object.keys(line))).toEqual(lines.map(() => FIELDS));
    expect(lines[0]).toMatchObject({
      ...{ date: "2026-01-02", time: "03:04:05", "cs-method": "GET", "cs-uri-stem": "/a.mp4", "sc-status": "200" },
      ...{ "sc-content-type": "video/mp4", "sc-range-start": "-", "sc-range-end": "-", "time-taken": "0.000" },
      ...{ "x-edge-result-type": "Miss", "cs(Referer)": "https://example.com/a%20b", "c-country": "-", asn: "-" },
    });
    expect(lines[1]).toMatchObject({
      ...{ "cs-uri-stem": "/a.mp4", "sc-status": "206", "sc-range-start": "2", "sc-range-end": "4" },
    });
    expect(lines[2]).toMatchObject({ "cs-method": "HEAD", "sc-status": "200" });
    // The escape of a request is escaped once more.
    expect(lines[3]).toMatchObject({ "cs-uri-stem": "/none%2520here", "x-edge-result-type": "Error" });
    // Headers count.
    expect(Number(lines[0]!["sc-bytes"])).toBeGreaterThan(10 + 100);
    expect(Number(lines[0]!["sc-bytes"]) - Number(lines[2]!["sc-bytes"])).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toMatch(/127\.0\.0\.1|secret|node/i);
  });

  it("puts what one hour ends with and the next begins with into logs of their own", async () => {
    const { get, clock, written } = await logged();
    await clock.advance(55 * 60_000 + 40_000);
    await get("/a.mp4");
    await clock.advance(30_000);
    await get("/a.mp4");
    await clock.advance(MINUTE);
    expect(written.map(({ key }) => key.split(".")[1]).sort()).toEqual(["2026-01-02-03", "2026-01-02-04"]);
  });

  it("tells when a log is lost, and goes on", async () => {
    const { get, clock, written, logs, world } = await logged();
    const refusing = { write: () => Promise.reject(new Error("not authorized to perform s3:PutObject")) };
    const options = { world, distributions: [distribution({ id: "E2", accessLogs: [LOG] })], logs: refusing };
    const lost = createCloudFront(options);
    const url = await lost.listen("E2", 0);
    await (await fetch(`${url}/a.mp4`)).arrayBuffer();
    await get("/a.mp4");
    await clock.advance(MINUTE);
    await lost.stop();
    expect(logs).toContainEqual(
      expect.objectContaining({
        level: "error",
        message: "an access log of 1 requests is lost: not authorized to perform s3:PutObject",
      }),
    );
    expect(written).toHaveLength(1);
  });

  it("starts with no field or place of keys that it does not know", () => {
    const start = (changes: Partial<typeof LOG>) => () =>
      createCloudFront({
        world: { directory: "/nowhere", store: {} } as never,
        distributions: [distribution({ accessLogs: [{ ...LOG, ...changes }] })],
        logs: { write: async () => {} },
      });
    expect(start({ fields: ["date", "c-ip"] })).toThrow(/field c-ip/);
    expect(start({ suffixPath: "{year}" })).toThrow(/\{year\}/);
  });
});
