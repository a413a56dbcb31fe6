export * as Measured from "./metrics.ts";

import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { config } from "@dropclip/core/config";
import { FileTypes } from "@dropclip/core/file-types";
import { Metric } from "@dropclip/core/metrics";
import { lazily } from "./aws/lazily.ts";

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/**
 * Metrics as lines of the log, which CloudWatch reads there: this takes no call and no right. A line per metric and
 * media, because several values of one line would be one.
 */
const metrics = lazily(() => {
  const made = new Metrics({ namespace: Metric.NAMESPACE });
  // The library's own dimension `service`: what is asked for without it would not be found.
  made.clearDefaultDimensions();
  made.setDefaultDimensions({ [Metric.STAGE]: config.stage });
  return made;
});

type Value = [name: string, unit: Unit, value: number];

function write(values: Value[], dimensions: Record<string, string>, properties: Record<string, string | number> = {}) {
  const line = metrics();
  // Each set has the stage, also the one that has nothing else.
  line.addDimensions({});
  if (Object.keys(dimensions).length > 0) line.addDimensions(dimensions);
  for (const [name, value] of Object.entries(properties)) line.addMetadata(name, String(value));
  for (const value of values) line.addMetric(...value);
  line.publishStoredMetrics();
}

/**
 * Counts one media by its staged key. `reason` is a code, and kept beside the count: as a dimension each code would be
 * a metric of its own, which AWS bills.
 */
export function count(
  what: keyof typeof Metric.MEDIA,
  { key, reason }: { key: string; reason?: string | undefined },
  more: Value[] = [],
) {
  const contentType = FileTypes.byName(key)?.contentType ?? "unknown";
  const values: Value[] = [[Metric.MEDIA[what], MetricUnit.Count, 1], ...more];
  write(values, { [Metric.CONTENT_TYPE]: contentType }, { key, ...(reason ? { reason } : {}) });
}

/** A file of `bytes` has arrived. */
export const received = (key: string, bytes: number) =>
  count("received", { key }, [[Metric.BYTES_RECEIVED, MetricUnit.Bytes, bytes]]);

/** A media is to be seen, `ms` after its file arrived; undefined where that is not known. */
export const published = (key: string, ms: number | undefined) =>
  count("published", { key }, ms === undefined ? [] : [[Metric.TIME_TO_PUBLISH, MetricUnit.Milliseconds, ms]]);

/** Something is not delivered to the webhook until an operator acts. */
export const undelivered = (id: string) => write([[Metric.UNDELIVERED, MetricUnit.Count, 1]], {}, { id });

/** What a sweep found. Written also where it is nothing: that tells that the sweep runs. */
export const swept = ({ stuck, overdue }: { stuck: number; overdue: number }) =>
  write(
    [
      [Metric.STUCK, MetricUnit.Count, stuck],
      [Metric.OVERDUE, MetricUnit.Count, overdue],
    ],
    {},
  );
