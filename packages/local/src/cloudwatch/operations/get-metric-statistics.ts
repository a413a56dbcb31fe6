import { AwsError } from "../../world.ts";
import { authorize, type Operation } from "../context.ts";
import { dimensionsOf, invalidValue, list, moment, optionalText, text } from "../input.ts";
import { samplesOf } from "../math/compile.ts";
import { SIMPLE_STATISTICS, statisticOf } from "../metrics/statistic.ts";
import { readPeriod } from "./get-metric-data.ts";

const DATAPOINTS = 1440;
const MINUTE_MS = 60_000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export const getMetricStatistics: Operation = (state, input, call) => {
  authorize(state, call, "GetMetricStatistics");
  const metric = {
    region: call.region,
    namespace: text(input, "Namespace"),
    metricName: text(input, "MetricName"),
    dimensions: dimensionsOf(input),
  };
  const startMs = Math.floor(moment(input, "StartTime") / MINUTE_MS) * MINUTE_MS;
  const endMs = moment(input, "EndTime");
  if (endMs <= startMs) throw invalidValue("EndTime", input.EndTime, "It must be later than StartTime.");
  const periodMs = readPeriod(input) * 1000;
  const count = Math.ceil((endMs - startMs) / periodMs);
  if (count > DATAPOINTS) {
    const message = `You have requested up to ${count} datapoints, which exceeds the limit of ${DATAPOINTS}.`;
    throw new AwsError("InvalidParameterCombinationException", message);
  }
  const simple: string[] = list(input, "Statistics");
  const extended: string[] = list(input, "ExtendedStatistics");
  const strange = simple.find((name) => !SIMPLE_STATISTICS.includes(name));
  if (strange !== undefined) throw invalidValue("Statistics", strange);
  if (simple.length + extended.length === 0) {
    const message = "At least one of the parameters Statistics and ExtendedStatistics must be specified.";
    throw new AwsError("InvalidParameterCombinationException", message);
  }
  const percentiles = extended.map((name) => [name, statisticOf(name)] as const);
  const samples = samplesOf(state.metrics.store, metric, { startMs, periodMs, count }, optionalText(input, "Unit"));
  return {
    Label: metric.metricName,
    Datapoints: [...samples].map(([at, sample]) => ({
      Timestamp: new Date(at),
      ...Object.fromEntries(simple.map((name) => [name, statisticOf(name)(sample)])),
      ...(percentiles.length > 0 && {
        ExtendedStatistics: Object.fromEntries(percentiles.map(([name, statistic]) => [name, statistic(sample)])),
      }),
      Unit: input.Unit ?? "None",
    })),
  };
};
