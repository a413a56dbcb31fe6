import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { samplesOf } from "../../src/cloudwatch/math/compile.ts";
import { type RunningCloudWatch, startCloudWatch } from "./support.ts";

let running: RunningCloudWatch;
beforeAll(async () => {
  running = await startCloudWatch();
});
afterAll(() => running.close());
beforeEach(() => running.world.logs.splice(0));

const DIRECTIVE = { Namespace: "App", Dimensions: [["Stage"], []], Metrics: [{ Name: "Made", Unit: "Count" }] };
const line = (changes: object = {}, directive: object = {}) =>
  JSON.stringify({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ ...DIRECTIVE, ...directive }] },
    Stage: "dev",
    Made: 2,
    ...changes,
  });
const sum = (dimensions: Record<string, string>, metricName = "Made") => {
  const metric = { region: "us-east-1", namespace: "App", metricName, dimensions };
  const startMs = running.world.clock.now() - 5 * 60_000;
  const samples = samplesOf(running.metrics.store, metric, { startMs, periodMs: 600_000, count: 1 });
  return [...samples.values()].reduce((total, sample) => total + sample.sum, 0);
};
const warnings = () => running.world.logs.map(({ message }) => message);

describe("embedded metrics", () => {
  it("are told from lines that people read, and from those with both", () => {
    const other = (changes = {}) => line(changes, { Namespace: "Other" });
    expect(running.embedded(other())).toBe(true);
    expect(running.embedded(`${other()}\n${other()}\n`)).toBe(true);
    for (const text of ["swept", `swept\n${other()}`, other({ Made: "many" })])
      expect(running.embedded(text)).toBe(false);
  });
  it("are taken from a function's line, for each set of dimensions", () => {
    running.embedded(line());
    running.embedded(`2026-01-02T03:04:05.678Z\tid\tINFO\t${line({ Made: [1, 2, 3] })}`);
    expect([sum({ Stage: "dev" }), sum({}), sum({ Stage: "other" })]).toEqual([8, 8, 0]);
  });
  it("are taken from each line of one write", () => {
    running.embedded(`${line({ Stage: "two" })}\nplain text\n${line({ Stage: "two" })}\n`);
    expect(sum({ Stage: "two" })).toBe(4);
  });
  it("count in the cloud's time, though functions read the machine's clock", async () => {
    await running.world.clock.advance(3 * 60 * 60_000);
    running.embedded(line({ Stage: "late" }));
    expect(sum({ Stage: "late" })).toBe(2);
  });
  const many = (count: number) => Array.from({ length: count }, (_, index) => `d${index}`);
  const dimensions = (count: number) => Object.fromEntries(many(count).map((name) => [name, "1"]));
  it("take 30 dimensions and 100 metrics, and no more", () => {
    running.embedded(line(dimensions(30), { Dimensions: [many(30)] }));
    expect(sum(dimensions(30))).toBe(2);
    running.embedded(line(dimensions(31), { Dimensions: [many(31)] }));
    running.embedded(line({}, { Metrics: Array(101).fill({ Name: "Made" }) }));
    expect(warnings()).toEqual([expect.stringContaining("more than 30"), expect.stringContaining("more than 100")]);
  });
  it.each([
    ["a dimension that is not there", line({}, { Dimensions: [["Gone"]] }), "the dimension Gone has no text"],
    ["a dimension that is a number", line({ Stage: 5 }), "the dimension Stage has no text"],
    ["a metric that is not there", line({}, { Metrics: [{ Name: "Gone" }] }), "the metric Gone is no number"],
    ["a metric that is text", line({ Made: "2" }), "the metric Made is no number"],
    ["a unit that AWS does not know", line({}, { Metrics: [{ Name: "Made", Unit: "Parsecs" }] }), "the unit Parsecs"],
    ["no namespace", line({}, { Namespace: "" }), "the namespace is missing"],
    ["101 values", line({ Made: Array(101).fill(1) }), "more than 100 values"],
    ["no time", line({ _aws: { CloudWatchMetrics: [DIRECTIVE] } }), "the timestamp is no number"],
    ["a time too long ago", line({ _aws: { Timestamp: 1, CloudWatchMetrics: [DIRECTIVE] } }), "too old"],
  ])("are ignored with %s, and the log says why", (_what, text, why) => {
    const before = sum({ Stage: "dev" });
    running.embedded(text);
    expect(warnings()).toEqual([expect.stringContaining(why)]);
    expect(sum({ Stage: "dev" })).toBe(before);
  });
  it("are not looked for in ordinary lines", () => {
    running.embedded('{"message":"CloudWatchMetrics"}');
    running.embedded('not JSON, with "CloudWatchMetrics"');
    expect(warnings()).toEqual([]);
  });
});
