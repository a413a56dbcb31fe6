import type { Distribution } from "@dropclip/synth/cloud";
import { CLOUDFRONT_REGION } from "../metric-sink.ts";
import type { World } from "../world.ts";

const ALL = 100;
/** Statuses with a rate of their own among the additional metrics. */
const STATUSES = [401, 403, 404, 502, 503, 504];

export interface Answered {
  status: number;
  bytes: number;
  /** Whether the cache had it; undefined for errors and methods that are never cached. */
  hit?: boolean;
  /** Until the answer began, where the origin was asked. */
  originMs?: number;
}

/**
 * Reports one viewer's request in `AWS/CloudFront`, dimensions `DistributionId` and `Region` (always `Global`). Rates
 * are averages: each request counts as 0 or 100 percent. Latency and hit rate are sent only where a monitoring
 * subscription asks for them.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
 */
export function report({ metrics }: World, { id, additionalMetrics }: Distribution, answered: Answered) {
  const { status, bytes, hit, originMs } = answered;
  const put = (metricName: string, value: number, unit: string) =>
    metrics.put("AWS/CloudFront", metricName, { DistributionId: id, Region: "Global" }, value, {
      unit,
      region: CLOUDFRONT_REGION,
    });
  const rate = (metricName: string, applies: boolean) => put(metricName, applies ? ALL : 0, "Percent");
  put("Requests", 1, "None");
  put("BytesDownloaded", bytes, "None");
  rate("4xxErrorRate", status >= 400 && status < 500);
  rate("5xxErrorRate", status >= 500);
  rate("TotalErrorRate", status >= 400);
  if (!additionalMetrics) return;
  for (const one of STATUSES) rate(`${one}ErrorRate`, status === one);
  if (hit !== undefined) rate("CacheHitRate", hit);
  if (originMs !== undefined) put("OriginLatency", originMs, "Milliseconds");
}
