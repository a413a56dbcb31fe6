import { readFileSync } from "node:fs";
import type { Machinery, Standing } from "@dropclip/core/cost";
import { Metric } from "@dropclip/core/metrics";
import { cloud } from "@dropclip/synth/cloud-from-graph";
import { parseGraph, shortType } from "@dropclip/synth/graph";

interface State {
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  Arguments?: { FunctionName?: string };
}
interface Definition {
  StartAt: string;
  States: Record<string, State>;
}

/** Metrics that CloudFront adds where they are asked for, per distribution (AWS: CloudFront, additional metrics). */
const EDGE_METRICS = 8;
/** Each is kept for the stage, and for clips and photos apart. */
const DIMENSIONS = 3;

/** What the graph says of the work that a file makes, and of what is paid for when there is none. */
export function readMachinery(file: string): { machinery: Machinery; standing: Standing } {
  const graph = parseGraph(readFileSync(file, "utf8"), file);
  const { functions, stateMachines, alarms } = cloud(graph);
  const ingest = stateMachines[0]!.definition as unknown as Definition;
  const count = (type: string) => graph.resources.filter((one) => shortType(one.type) === type).length;
  return {
    machinery: {
      states: { video: pathBy(ingest, "Transcode video").length, image: pathBy(ingest, "Publish image").length },
      memoryMb: Object.fromEntries(
        functions.map(({ name, memoryMb }) => [name.replace(/^dropclip-|-[^-]+$/g, ""), memoryMb]),
      ),
    },
    standing: {
      alarmMetrics: alarms.reduce(
        (sum, { metricQueries }) => sum + (metricQueries?.filter(({ metricStat }) => metricStat).length ?? 1),
        0,
      ),
      metrics:
        DIMENSIONS * (Object.keys(Metric.MEDIA).length + [Metric.BYTES_RECEIVED, Metric.TIME_TO_PUBLISH].length) +
        [Metric.STUCK, Metric.OVERDUE].length +
        EDGE_METRICS * count("MonitoringSubscription"),
      dashboards: count("Dashboard"),
    },
  };
}

/** The states of an execution that goes well and passes `state`: each of them is a transition that is paid for. */
export function pathBy({ StartAt, States }: Definition, state: string): string[] {
  const to = (from: string, goal: string): string[] | undefined => {
    const paths: string[][] = [[from]];
    for (const path of paths) {
      const at = path.at(-1)!;
      if (at === goal) return path;
      const { Next, Default, Choices = [] } = States[at] ?? {};
      for (const next of [Next, ...Choices.map((choice) => choice.Next), Default])
        if (next && !path.includes(next)) paths.push([...path, next]);
    }
    return undefined;
  };
  const there = to(StartAt, state);
  const published = there && to(state, "Publish");
  if (!published) throw new Error(`No execution passes ${state} and is published.`);
  const path = [...there, ...published.slice(1)];
  for (let next = States.Publish!.Next; next; next = States[next]!.Next) path.push(next);
  return path;
}
