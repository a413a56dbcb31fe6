import type { MetricQuery } from "@dropclip/synth/cloud";
import { afterAll, describe, expect, it } from "vitest";
import { compile, valuesOf } from "../../src/cloudwatch/math/compile.ts";
import { MetricStore } from "../../src/cloudwatch/metrics/store.ts";
import { Store } from "../../src/store.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.parse("2026-01-02T03:00:00Z");
const disk = new Store(":memory:");
const store = new MetricStore(disk);
afterAll(() => disk.close());

type Values = (number | "-")[];

/** Puts the series of m1, m2 … into the store, one value a minute, and evaluates the expression over them. */
let turn = 0;
function evaluate(expression: string, ...series: Values[]) {
  const namespace = `Test/${++turn}`;
  const queries: MetricQuery[] = series.map((values, index) => {
    const metricName = `m${index + 1}`;
    for (const [minute, value] of values.entries()) {
      const metric = { region: "here", namespace, metricName, dimensions: {} };
      if (value !== "-") store.put(metric, value, "None", START_MS + minute * MINUTE_MS);
    }
    const metricStat = { namespace, metricName, dimensions: {}, periodSeconds: 60, stat: "Sum" };
    return { id: metricName, metricStat, returnData: false };
  });
  const compiled = compile("here", [...queries, { id: "e", expression, returnData: true }]);
  const count = Math.max(...series.map(({ length }) => length));
  const value = valuesOf(store, compiled, "e", { startMs: START_MS, periodMs: MINUTE_MS, count });
  const shown = (one: Map<number, number>) =>
    Array.from({ length: count }, (_, minute) => one.get(START_MS + minute * MINUTE_MS) ?? "-");
  if (typeof value === "number") return value;
  return Array.isArray(value) ? value.map(shown) : shown(value);
}

describe("metric math", () => {
  // The user guide's own examples.
  it.each([
    ["m1 < m2", [0, 0, 1, 0]],
    ["m1 >= 30", [1, 0, 0, 0]],
    ["m1 > 15 AND m2 > 15", [1, 0, 0, 0]],
    ["m1 > 15 && m2 > 15", [1, 0, 0, 0]],
  ])("compares as the user guide says: %s", (expression, values) => {
    expect(evaluate(expression, [30, 20, 0, 0], [20, "-", 20, "-"])).toEqual(values);
  });
  it.each([
    ["IF(m1, m2, m3)", [30, 0, 20, "-", "-"]],
    ["IF(m1, 5, m3)", [5, 5, 20, "-", "-"]],
    ["IF(m1, m2, 5)", [30, 0, 5, 5, "-"]],
    ["IF(m1, m2)", [30, 0, "-", "-", "-"]],
  ])("chooses as the user guide says: %s", (expression, values) => {
    expect(evaluate(expression, [1, 1, 0, 0, "-"], [30, "-", 0, 0, 30], [0, 0, 20, "-", 20])).toEqual(values);
  });
  it.each([
    ["m1 + m2", [3, 2, 5]],
    ["m1 - m2 * 2", [-3, 2, 5]],
    ["(m1 + 1) / m2", [1, "-", "-"]],
    ["-m1", [-1, -2, -5]],
    ["m1 ^ 2", [1, 4, 25]],
    ["2 ^ -1 * m1", [0.5, 1, 2.5]],
    ["SUM([m1, m2])", [3, 2, 5]],
    ["SUM(METRICS())", [3, 2, 5]],
    ["AVG(METRICS())", [1.5, 1, 2.5]],
    ["MAX([m1, m2])", [2, 2, 5]],
    ["m1 / SUM(m1)", [0.125, 0.25, 0.625]],
    ["FILL(m2, 0)", [2, 0, 0]],
    ["FILL(m2, m1)", [2, 2, 5]],
    ["FILL(m2, REPEAT)", [2, 2, 2]],
    ["RATE(m1)", ["-", 1 / 60, 3 / 60]],
    ["DIFF(m1)", ["-", 1, 3]],
    ["RUNNING_SUM(m1)", [1, 3, 8]],
    ["TIME_SERIES(7)", [7, 7, 7]],
    ["m1 / PERIOD(m1)", [1 / 60, 2 / 60, 5 / 60]],
    ['SUM(METRICS("2"))', [2, "-", "-"]],
    ["IF(m1 > 1 OR m2 > 1, 1, 0)", [1, 1, 1]],
    ["m1 == 2 || m1 != 5", [1, 1, 0]],
    ["ABS(-m1) + CEIL(m1 / 2) + FLOOR(m1 / 2)", [2, 4, 10]],
  ])("computes %s", (expression, values) => {
    expect(evaluate(expression, [1, 2, 5], [2, "-", "-"])).toEqual(values);
  });
  it("fills between values", () => {
    expect(evaluate("FILL(m1, LINEAR)", ["-", 2, "-", 6, "-"])).toEqual(["-", 2, 4, 6, "-"]);
  });
  it("gives an array of series for an array", () => {
    expect(evaluate("METRICS() * 10", [1], [2])).toEqual([[10], [20]]);
  });
  it.each([
    ["m1 +", "ends too early"],
    ["m1 ) m2", "unexpected )"],
    ["m1 + m9", "refers to m9"],
    ["e + 1", "refers to itself"],
    ["ANOMALY_DETECTION_BAND(m1)", "does not run locally"],
    ["SEARCH('x', 'Sum')", "does not run locally"],
    ["m1 ; m1", "unexpected ;"],
  ])("refuses %s", (expression, why) => {
    expect(() => evaluate(expression, [1])).toThrow(why);
  });
});
