import { readFileSync } from "node:fs";
import { cloud as cloudOf } from "@dropclip/synth/cloud-from-graph";
import { parseGraph } from "@dropclip/synth/graph";
import { describe, expect, it } from "vitest";
import { GRAPH } from "../support/cloud.ts";
import { kept, metricName } from "../support/kept.ts";

const graph = parseGraph(readFileSync(GRAPH, "utf8"), GRAPH);
const { alarms } = cloudOf(graph);

/** `[namespace, metric, dimension, value …, options]`, as AWS reads a widget's line. */
function ofLine(line: (string | object)[], region: string) {
  const [namespace, name, ...rest] = line.filter((part) => typeof part === "string");
  const pairs = rest.flatMap((part, at) => (at % 2 === 0 ? [[part, rest[at + 1]!]] : []));
  return metricName({ namespace: namespace!, metricName: name!, dimensions: Object.fromEntries(pairs), region });
}

/** Measured in tests of the local services only, with the reason. */
const NEVER_HERE: Record<string, string> = {
  "AWS/Cognito SignUpThrottles": "comes of the sign-in page's form alone, which no whole cloud is flooded with",
};

/** AWS takes a misspelt name or dimension without a word, and shows nothing for ever. */
describe("after all tests, every metric", () => {
  const measured = kept("measured");

  it("that an alarm watches was measured somewhere, with its dimensions", () => {
    const watched = alarms.flatMap(({ name, region, metricStat, metricQueries = [] }) =>
      [metricStat, ...metricQueries.map((query) => query.metricStat)].flatMap((stat) =>
        stat ? [{ name, metric: metricName({ ...stat, region }) }] : [],
      ),
    );
    expect(watched.length).toBeGreaterThan(alarms.length);
    const missing = watched.filter(({ metric }) => !measured.has(metric));
    expect(missing.map(({ metric }) => metric.split(" ").slice(0, 2).join(" "))).toEqual(Object.keys(NEVER_HERE));
  });

  it("that the dashboard shows was measured somewhere, with its dimensions", () => {
    const boards = graph.resources.filter(({ type }) => type === "aws:cloudwatch/dashboard:Dashboard");
    const shown = boards.flatMap(({ inputs }) =>
      JSON.parse(inputs.dashboardBody).widgets.flatMap(({ properties }: any) =>
        (properties.metrics ?? []).map((line: any) => ofLine(line, properties.region)),
      ),
    );
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter((metric: string) => !measured.has(metric))).toEqual([]);
  });
});
