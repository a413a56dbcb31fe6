import { authorize, type Operation } from "../context.ts";
import { invalidValue, list, optionalText, page, text } from "../input.ts";
import { describeMetric } from "../metrics/describe.ts";
import type { Metric } from "../metrics/metric.ts";
import { LISTED_MS } from "../metrics/store.ts";

const PAGE = 500;
const RECENT_MS = 3 * 60 * 60 * 1000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const listMetrics: Operation = (state, input, call) => {
  authorize(state, call, "ListMetrics");
  const namespace = optionalText(input, "Namespace");
  const name = optionalText(input, "MetricName");
  const recent = input.RecentlyActive;
  if (recent !== undefined && recent !== "PT3H") throw invalidValue("RecentlyActive", recent);
  const filters = list(input, "Dimensions").map((one) => ({
    name: text(one ?? {}, "Name"),
    value: optionalText(one ?? {}, "Value", 1024),
  }));
  const fits = ({ namespace: space, metricName, dimensions }: Metric) =>
    (namespace === undefined || space === namespace) &&
    (name === undefined || metricName === name) &&
    filters.every((one) =>
      one.value === undefined ? Object.hasOwn(dimensions, one.name) : dimensions[one.name] === one.value,
    );
  const sinceMs = state.world.clock.now() - (recent ? RECENT_MS : LISTED_MS);
  const { items, ...next } = page(state.metrics.store.list(call.region, sinceMs).filter(fits), PAGE, input.NextToken);
  return { Metrics: items.map(describeMetric), ...next };
};
