import type { Input } from "../../protocol/json.ts";
import { AwsError } from "../../world.ts";
import { authorize, type CloudWatchState, type Operation } from "../context.ts";
import { dimensionsOf, invalidValue, isReserved, list, missing, moment, text } from "../input.ts";
import { type Metric, UNITS } from "../metrics/metric.ts";
import type { Sample } from "../metrics/sample.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const METRICS = 1000;
const VALUES = 150;
const AGE_MS = { past: 14 * 24 * 60 * 60 * 1000, ahead: 2 * 60 * 60 * 1000 };
/** "Values must be in the range of -2^360 to 2^360." */
const LARGEST = 2 ** 360;

type Write = (state: CloudWatchState) => void;

/** All of it is checked before any is taken in. */
export const putMetricData: Operation = (state, input, call) => {
  const namespace = text(input, "Namespace");
  authorize(state, call, "PutMetricData", { "cloudwatch:namespace": namespace });
  if (isReserved(namespace)) throw invalidValue("Namespace", "AWS/", "It is reserved for AWS's own services.");
  if (namespace.startsWith(":")) throw invalidValue("Namespace", namespace);
  if (list(input, "EntityMetricData").length > 0) {
    throw new AwsError("UnsupportedOperation", "PutMetricData's EntityMetricData does not run locally.", 501);
  }
  const data = list(input, "MetricData");
  if (data.length === 0) throw missing("MetricData");
  if (data.length > METRICS) throw invalidValue("MetricData", data.length, `At most ${METRICS} are possible.`);
  const nowMs = state.world.clock.now();
  const writes = data.map((datum) => read(call.region, namespace, datum ?? {}, nowMs));
  for (const write of writes) write(state);
  return {};
};

function read(region: string, namespace: string, datum: Input, nowMs: number): Write {
  const metric: Metric = { region, namespace, metricName: text(datum, "MetricName"), dimensions: dimensionsOf(datum) };
  const unit: unknown = datum.Unit ?? "None";
  if (typeof unit !== "string" || !UNITS.has(unit)) throw invalidValue("Unit", unit);
  if (datum.StorageResolution !== undefined && datum.StorageResolution !== 60) {
    throw invalidValue("StorageResolution", datum.StorageResolution, "Only whole minutes run locally.");
  }
  const atMs = datum.Timestamp === undefined ? nowMs : moment(datum, "Timestamp");
  if (atMs < nowMs - AGE_MS.past || atMs > nowMs + AGE_MS.ahead) throw invalidValue("Timestamp", datum.Timestamp);
  const kinds = ["Value", "Values", "StatisticValues"].filter((name) => datum[name] !== undefined);
  if (kinds.length !== 1) {
    const message = `The parameters ${kinds.join(" and ") || "Value, Values or StatisticValues"}: exactly one is needed.`;
    throw new AwsError("InvalidParameterCombinationException", message);
  }
  if (datum.StatisticValues !== undefined) {
    const sample = statistics(datum.StatisticValues);
    return ({ metrics }) => metrics.store.putStatistics(metric, sample, unit, atMs);
  }
  const values = valuesOf(datum);
  return ({ metrics }) => {
    for (const [value, times] of values) metrics.record(metric, value, unit, atMs, times);
  };
}

function valuesOf(datum: Input): [value: number, times: number][] {
  if (datum.Value !== undefined) return [[number("Value", datum.Value), 1]];
  const values = list(datum, "Values");
  const counts = datum.Counts === undefined ? values.map(() => 1) : list(datum, "Counts");
  if (values.length === 0) throw missing("Values");
  if (values.length > VALUES) throw invalidValue("Values", values.length, `At most ${VALUES} are possible.`);
  if (counts.length !== values.length) throw invalidValue("Counts", counts.length, "There must be one for each value.");
  return values.map((value, index) => [number("Values", value), number("Counts", counts[index])]);
}

function statistics(value: unknown): Sample {
  const { SampleCount, Sum, Minimum, Maximum } = value as Record<string, unknown>;
  const [count, sum] = [number("SampleCount", SampleCount), number("Sum", Sum)];
  return { count, sum, minimum: number("Minimum", Minimum), maximum: number("Maximum", Maximum), values: new Map() };
}

function number(name: string, value: unknown): number {
  if (value === undefined || value === null) throw missing(name);
  if (typeof value === "number" && Math.abs(value) <= LARGEST) return value;
  throw invalidValue(name, value);
}
