import { describe, expect, it } from "vitest";
import { eventually } from "../../../../test/support/eventually.ts";
import { ask } from "./http.ts";
import { edge } from "./setup.ts";

type Put = [metricName: string, value: number];

/** An edge, and what it reports. */
async function measured(changes: Parameters<typeof edge>[0] = {}) {
  const running = await edge(changes);
  const puts: Put[] = [];
  const places = new Set<string>();
  running.world.metrics = {
    put(namespace, metricName, dimensions, value, { region } = {}) {
      puts.push([metricName, value]);
      places.add(JSON.stringify([namespace, dimensions, region]));
    },
  };
  /** The values of a metric once so many requests are reported: that happens after the answer. */
  const values = async (metricName: string, requests: number) => {
    await eventually(async () => expect(puts.filter(([name]) => name === "Requests")).toHaveLength(requests));
    return puts.filter(([name]) => name === metricName).map(([, value]) => value);
  };
  return { ...running, values, places };
}

describe("CloudFront's metrics", () => {
  it("count requests, bytes and errors, in us-east-1 wherever the cloud stands", async () => {
    const { origin, url, values, places } = await measured();
    origin.put("/content/a.mp4", "film");
    await ask(url, "/a.mp4");
    await ask(url, "/gone.mp4");
    expect((await values("BytesDownloaded", 2))[0]).toBe(4);
    expect(await values("4xxErrorRate", 2)).toEqual([0, 100]);
    expect(await values("5xxErrorRate", 2)).toEqual([0, 0]);
    expect(await values("TotalErrorRate", 2)).toEqual([0, 100]);
    expect(await values("OriginLatency", 2), "without a subscription").toEqual([]);
    expect([...places]).toEqual([
      JSON.stringify(["AWS/CloudFront", { DistributionId: "E1", Region: "Global" }, "us-east-1"]),
    ]);
  });
  it("tell of hits and of a slow origin where a subscription asks for them", async () => {
    const { origin, url, values, clock } = await measured({ additionalMetrics: true });
    origin.override = (_request, response) => {
      void clock.advance(4000).then(() => response.writeHead(200, { "content-length": 4 }).end("film"));
    };
    await ask(url, "/a.mp4");
    await ask(url, "/a.mp4");
    expect(await values("CacheHitRate", 2)).toEqual([0, 100]);
    expect(await values("OriginLatency", 2)).toEqual([4000]);
    expect(await values("404ErrorRate", 2)).toEqual([0, 0]);
  });
});
