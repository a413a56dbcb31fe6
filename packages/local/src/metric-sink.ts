/** CloudFront's metrics and the alarms on them are here, wherever the cloud stands. */
export const CLOUDFRONT_REGION = "us-east-1";

/** CloudWatch, as services see it that measure themselves. */
export interface MetricSink {
  /**
   * Takes in one value of a metric. Never throws, and costs next to nothing: values are written together, about a
   * second later.
   */
  put(
    namespace: string,
    metricName: string,
    dimensions: Record<string, string>,
    value: number,
    options?: MetricOptions,
  ): void;
}

export interface MetricOptions {
  /** `Count` when left out. */
  unit?: string;
  /** Where the metric is; the cloud's own region when left out. */
  region?: string;
  /** Now when left out. */
  atMs?: number;
}
