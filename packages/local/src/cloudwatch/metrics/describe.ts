import type { Metric } from "./metric.ts";

/** A metric as the API answers it. */
export const describeMetric = ({ namespace, metricName, dimensions }: Omit<Metric, "region">) => ({
  Namespace: namespace,
  MetricName: metricName,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});
