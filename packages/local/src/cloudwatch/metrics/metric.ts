/** What tells one metric from another; its region is where its data are kept. */
export interface Metric {
  region: string;
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
}

/** One text for each metric: the order of its dimensions does not matter. */
export const keyOf = ({ region, namespace, metricName, dimensions }: Metric) =>
  JSON.stringify([region, namespace, metricName, dimensionsText(dimensions)]);

/** The dimensions as they are kept. */
export const dimensionsText = (dimensions: Record<string, string>) =>
  JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** The units of metrics (API_MetricDatum). */
export const UNITS = new Set([
  ...["Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "None"],
  ...["Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"],
  ...["Bits", "Kilobits", "Megabits", "Gigabits", "Terabits"],
  ...["Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second"],
  ...["Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second"],
]);
