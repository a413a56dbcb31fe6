import type { World } from "../world.ts";
import { UNITS } from "./metrics/metric.ts";
import type { Metrics } from "./metrics/sink.ts";

/** Bounds of the specification of the embedded metric format. */
const LIMITS = { metrics: 100, dimensions: 30, values: 100, dimensionText: 1024, nameText: 1024, namespaceText: 255 };
/** "limited to a maximum size" of a log event: one megabyte since 2025. */
const EVENT_BYTES = 1024 * 1024;
/** CloudWatch takes no older ones and none from so far ahead (API_MetricDatum). */
const AGE_MS = { past: 14 * 24 * 60 * 60 * 1000, ahead: 2 * 60 * 60 * 1000 };

type Json = Record<string, unknown>;

interface Found {
  namespace: string;
  dimensions: Record<string, string>[];
  metrics: { name: string; unit: string; values: number[] }[];
}

/**
 * Takes the metrics out of a function's line of log (CloudWatch user guide, "Specification: Embedded metric format").
 * What does not follow the specification is no metric; on AWS only the metric EMFValidationErrors tells of it, here the
 * log does. True when there was nothing else in it.
 */
export function takeEmbedded(world: World, metrics: Metrics, text: string, functionName: string): boolean {
  if (!text.includes('"CloudWatchMetrics"') || text.length > EVENT_BYTES) return false;
  const whole = documentOf(text);
  // One write may hold several lines, each an event of its own.
  const lines = whole ? [text] : text.trimEnd().split("\n");
  const documents = whole ? [whole] : lines.flatMap<Json>((line) => documentOf(line) ?? []);
  return documents.filter((document) => take(world, metrics, document, functionName)).length === lines.length;
}

function take(world: World, metrics: Metrics, document: Json, functionName: string): boolean {
  const metadata = document._aws;
  if (!isObject(metadata) || !Array.isArray(metadata.CloudWatchMetrics)) return false;
  try {
    const atMs = timeOf(metadata.Timestamp, world.clock.now());
    const directives: unknown[] = metadata.CloudWatchMetrics;
    // All of it is read before any is taken in.
    for (const { namespace, dimensions, metrics: list } of directives.map((one) => read(document, one)))
      for (const set of dimensions)
        for (const { name, unit, values } of list)
          for (const value of values)
            metrics.record({ region: world.region, namespace, metricName: name, dimensions: set }, value, unit, atMs);
    return true;
  } catch (error) {
    const message = `${functionName} wrote metrics that CloudWatch ignores: ${(error as Error).message}`;
    world.log({ service: "cloudwatch", level: "warn", message, function: functionName });
    return false;
  }
}

/** The JSON of a line; Lambda may have put time, request and level before it. */
function documentOf(text: string): Json | undefined {
  const from = text.indexOf("{");
  if (from < 0 || text.slice(0, from).includes("\n")) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(from));
    return isObject(value) ? value : undefined;
  } catch {
    // A line that only looks like one.
    return undefined;
  }
}

function read(document: Json, directive: unknown): Found {
  if (!isObject(directive)) throw new Error("a directive is no object");
  const { Namespace: namespace, Dimensions: sets, Metrics: definitions } = directive;
  if (typeof namespace !== "string" || namespace === "" || namespace.length > LIMITS.namespaceText) {
    throw new Error("the namespace is missing or too long");
  }
  if (!Array.isArray(sets) || !sets.every(Array.isArray)) throw new Error("the dimensions are no list of lists");
  if (!Array.isArray(definitions)) throw new Error("the metrics are no list");
  if (definitions.length > LIMITS.metrics) throw new Error(`a directive has more than ${LIMITS.metrics} metrics`);
  return {
    namespace,
    dimensions: sets.map((names) => dimensionsOf(document, names)),
    metrics: definitions.map((definition) => metricOf(document, definition)),
  };
}

function dimensionsOf(document: Json, names: unknown[]): Record<string, string> {
  if (names.length > LIMITS.dimensions) throw new Error(`a set has more than ${LIMITS.dimensions} dimensions`);
  return Object.fromEntries(
    names.map((name) => {
      const value = document[String(name)];
      if (typeof value !== "string" || value === "" || value.length > LIMITS.dimensionText) {
        throw new Error(`the dimension ${String(name)} has no text`);
      }
      return [String(name), value];
    }),
  );
}

function metricOf(document: Json, definition: unknown): Found["metrics"][number] {
  const { Name: name, Unit: unit = "None" } = isObject(definition) ? definition : {};
  if (typeof name !== "string" || name === "" || name.length > LIMITS.nameText) throw new Error("a metric has no name");
  if (typeof unit !== "string" || !UNITS.has(unit)) throw new Error(`the metric ${name} has the unit ${String(unit)}`);
  const value = document[name];
  const values = Array.isArray(value) ? value : [value];
  if (values.length > LIMITS.values) throw new Error(`the metric ${name} has more than ${LIMITS.values} values`);
  if (!values.every((one) => typeof one === "number" && Number.isFinite(one))) {
    throw new Error(`the metric ${name} is no number`);
  }
  return { name, unit, values };
}

/**
 * In the cloud's time. Functions read the machine's clock, from which a test may have moved the cloud's; or they read
 * the cloud's, where the test lets them. The nearer one is meant.
 */
function timeOf(timestamp: unknown, nowMs: number): number {
  if (typeof timestamp !== "number" || !Number.isInteger(timestamp)) throw new Error("the timestamp is no number");
  const [byMachine, byCloud] = [Date.now() - timestamp, nowMs - timestamp];
  const ageMs = Math.abs(byCloud) < Math.abs(byMachine) ? byCloud : byMachine;
  if (ageMs > AGE_MS.past || -ageMs > AGE_MS.ahead) {
    throw new Error(`the timestamp ${timestamp} is too old or too far ahead`);
  }
  return nowMs - ageMs;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
