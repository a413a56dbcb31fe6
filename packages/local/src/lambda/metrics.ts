import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { MetricOptions, MetricSink } from "../metric-sink.ts";

/**
 * Reports in `AWS/Lambda` as Lambda does: for the function, for its unqualified resource, and for all functions
 * together. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function report(
  metrics: MetricSink,
  { name }: LambdaFunction,
  metricName: "Invocations" | "Errors" | "Throttles" | "Duration",
  value: number,
  options?: MetricOptions,
) {
  const sets: Record<string, string>[] = [{}, { FunctionName: name }, { FunctionName: name, Resource: name }];
  for (const dimensions of sets) metrics.put("AWS/Lambda", metricName, dimensions, value, options);
}
