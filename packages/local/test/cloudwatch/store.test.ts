import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { samplesOf } from "../../src/cloudwatch/math/compile.ts";
import { emptySample } from "../../src/cloudwatch/metrics/sample.ts";
import { statisticOf } from "../../src/cloudwatch/metrics/statistic.ts";
import { MetricStore } from "../../src/cloudwatch/metrics/store.ts";
import { Store } from "../../src/store.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const START_MS = Date.parse("2026-01-02T03:00:00Z");
const METRIC = { region: "us-east-1", namespace: "Test", metricName: "m", dimensions: { B: "2", A: "1" } };

let directory: string;
let disk: Store;
let store: MetricStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dropclip-metrics-"));
  disk = new Store(join(directory, "store.db"));
  store = new MetricStore(disk);
});
afterEach(() => {
  disk.close();
  rmSync(directory, { recursive: true, force: true });
});

const statistics = (startMs: number, periodMs: number, ...names: string[]) => {
  const sample = samplesOf(store, METRIC, { startMs, periodMs, count: 1 }).get(startMs);
  return names.map((name) => sample && statisticOf(name)(sample));
};

describe("the store of metrics", () => {
  it("gives every statistic of a period, over minutes written at different times", () => {
    for (let value = 1; value <= 60; value++) store.put(METRIC, value, "Count", START_MS);
    store.flush();
    for (let value = 61; value <= 100; value++) store.put(METRIC, value, "Count", START_MS + MINUTE_MS);
    store.put(METRIC, 1000, "Count", START_MS + 5 * MINUTE_MS);
    const names = ["SampleCount", "Sum", "Average", "Minimum", "Maximum", "p50", "p95", "p99.5", "p100"];
    expect(statistics(START_MS, 5 * MINUTE_MS, ...names)).toEqual([100, 5050, 50.5, 1, 100, 50, 95, 100, 100]);
  });
  it("tells metrics apart by their dimensions, whatever their order, and by region", () => {
    store.put({ ...METRIC, dimensions: { A: "1", B: "2" } }, 1, "Count", START_MS);
    store.put({ ...METRIC, dimensions: { A: "1" } }, 10, "Count", START_MS);
    store.put({ ...METRIC, region: "eu-west-1" }, 100, "Count", START_MS);
    expect(statistics(START_MS, MINUTE_MS, "Sum")).toEqual([1]);
    expect(store.list("us-east-1", 0)).toHaveLength(2);
  });
  it("keeps what was written over a restart", () => {
    store.put(METRIC, 5, "Count", START_MS);
    store.flush();
    disk.close();
    disk = new Store(join(directory, "store.db"));
    store = new MetricStore(disk);
    expect(statistics(START_MS, MINUTE_MS, "Sum")).toEqual([5]);
    expect(store.newestMs(METRIC)).toBe(START_MS);
  });
  it("has no percentile of values that were not told", () => {
    store.putStatistics(METRIC, { ...emptySample(), count: 2, sum: 10, minimum: 3, maximum: 7 }, "Count", START_MS);
    expect(statistics(START_MS, MINUTE_MS, "Average", "Maximum", "p95")).toEqual([5, 7, undefined]);
  });
  it("stays bounded when a period has very many different values, half a percent off at most", () => {
    for (let value = 1; value <= 20_000; value++) store.put(METRIC, value, "Count", START_MS);
    const [p95] = statistics(START_MS, MINUTE_MS, "p95");
    expect(Math.abs(p95! - 19_000) / 19_000).toBeLessThan(0.005);
    expect(store.periods(METRIC, START_MS, START_MS + 1, MINUTE_MS)[0]!.sample.values.size).toBeLessThan(3000);
  });
  it("joins minutes older than a day to five minutes, and forgets all after fifteen", () => {
    for (const minute of [0, 1, 4, 5]) store.put(METRIC, 1, "Count", START_MS + minute * MINUTE_MS);
    store.sweep(START_MS + 2 * DAY_MS);
    expect(statistics(START_MS, MINUTE_MS, "Sum")).toEqual([undefined]);
    expect(statistics(START_MS, 5 * MINUTE_MS, "Sum", "p50")).toEqual([3, 1]);
    expect(statistics(START_MS, 10 * MINUTE_MS, "Sum")).toEqual([4]);
    store.sweep(START_MS + 16 * DAY_MS);
    expect(store.list("us-east-1", 0)).toEqual([]);
    expect(store.newestMs(METRIC)).toBeUndefined();
  });
});
