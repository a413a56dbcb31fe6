import type { MetricQuery, MetricStat } from "@dropclip/synth/cloud";
import type { Input } from "../../protocol/json.ts";
import { AwsError } from "../../world.ts";
import { authorize, type Operation } from "../context.ts";
import { dimensionsOf, invalidValue, list, moment, optionalText, page, text, whole } from "../input.ts";
import { compile, valuesOf } from "../math/compile.ts";
import type { Grid, Series } from "../math/value.ts";

const QUERIES = 500;
const DATAPOINTS = 100_800;
const MINUTE_MS = 60_000;
const DAY_SECONDS = 24 * 60 * 60;
const EXPRESSION_LENGTH = 2048;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const getMetricData: Operation = (state, input, call) => {
  authorize(state, call, "GetMetricData");
  const sent = list(input, "MetricDataQueries");
  if (sent.length === 0 || sent.length > QUERIES) throw invalidValue("MetricDataQueries", sent.length);
  const queries = sent.map((one) => readQuery(one ?? {}));
  // Rounded down to the whole minute, and the periods are counted from there.
  const startMs = Math.floor(moment(input, "StartTime") / MINUTE_MS) * MINUTE_MS;
  const endMs = moment(input, "EndTime");
  if (endMs <= startMs) throw invalidValue("EndTime", input.EndTime, "It must be later than StartTime.");
  const order = input.ScanBy ?? "TimestampDescending";
  if (!["TimestampAscending", "TimestampDescending"].includes(order)) throw invalidValue("ScanBy", order);
  const compiled = orRefused(() => compile(call.region, queries));
  const common = periodOf(queries);
  const results = queries
    .filter(({ returnData }) => returnData)
    .flatMap((query) => {
      const periodMs = (query.metricStat?.periodSeconds ?? query.periodSeconds ?? common) * 1000;
      const grid: Grid = { startMs, periodMs, count: Math.ceil((endMs - startMs) / periodMs) };
      const value = orRefused(() => valuesOf(state.metrics.store, compiled, query.id, grid));
      if (typeof value === "number") {
        throw invalidExpression(`the expression of ${query.id} gives a number, not a time series`);
      }
      return [value].flat().map((series) => ({ ...describe(query, series, order), StatusCode: "Complete" }));
    });
  const most = whole(input, "MaxDatapoints", 1, DATAPOINTS, DATAPOINTS);
  const { items, ...next } = page(results, Math.max(1, Math.floor(most / longest(results))), input.NextToken);
  return { MetricDataResults: items, Messages: [], ...next };
};

function describe({ id, label, metricStat }: MetricQuery, series: Series, order: string) {
  const points = [...series].sort(([a], [b]) => (order === "TimestampAscending" ? a - b : b - a));
  return {
    Id: id,
    Label: label ?? metricStat?.metricName ?? id,
    Timestamps: points.map(([at]) => new Date(at)),
    Values: points.map(([, value]) => value),
  };
}

/** Results are never cut in two: so many values as the longest has count for each. */
const longest = (results: { Values: number[] }[]) => Math.max(1, ...results.map(({ Values }) => Values.length));

/** Expressions take the period of the request's metrics. */
function periodOf(queries: MetricQuery[]): number {
  const periods = queries.flatMap(({ metricStat, periodSeconds }) => metricStat?.periodSeconds ?? periodSeconds ?? []);
  if (periods.length === 0) throw invalidValue("Period", undefined, "An expression without metrics needs one.");
  return Math.max(...periods);
}

function readQuery(input: Input): MetricQuery {
  const id = text(input, "Id");
  const { MetricStat: stat, ReturnData: returnData = true, AccountId: account } = input;
  if (account !== undefined)
    throw invalidValue("AccountId", account, "Other accounts are not part of the local cloud.");
  const expression = optionalText(input, "Expression", EXPRESSION_LENGTH);
  const label = optionalText(input, "Label", EXPRESSION_LENGTH);
  return {
    id,
    ...(expression === undefined ? {} : { expression }),
    ...(label === undefined ? {} : { label }),
    ...(stat ? { metricStat: readStat(stat) } : {}),
    ...(input.Period === undefined ? {} : { periodSeconds: readPeriod(input) }),
    returnData,
  };
}

function readStat(input: Input): MetricStat {
  const { Metric: metric = {} } = input;
  const unit = optionalText(input, "Unit");
  return {
    namespace: text(metric, "Namespace"),
    metricName: text(metric, "MetricName"),
    dimensions: dimensionsOf(metric),
    periodSeconds: readPeriod(input),
    stat: text(input, "Stat"),
    ...(unit === undefined ? {} : { unit }),
  };
}

export function readPeriod(input: Input): number {
  const period = whole(input, "Period", 1, 365 * DAY_SECONDS);
  if (period % 60 === 0) return period;
  throw invalidValue("Period", period, "Only whole minutes run locally.");
}

const invalidExpression = (message: string) => new AwsError("ValidationError", `Invalid metrics: ${message}.`);

function orRefused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError || !(error instanceof Error)) throw error;
    if (error.name === "StorageError") throw error;
    throw invalidExpression(error.message);
  }
}
