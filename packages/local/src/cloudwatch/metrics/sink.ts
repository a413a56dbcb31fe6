import type { Clock } from "../../clock.ts";
import { StorageError } from "../../disk/fault.ts";
import type { MetricSink } from "../../metric-sink.ts";
import type { Store } from "../../store.ts";
import type { Metric } from "./metric.ts";
import { MetricStore } from "./store.ts";

/** How long values are gathered before they are written. In real time: a test's clock may stand still. */
const GATHER_MS = 1000;

export interface Metrics extends MetricSink {
  store: MetricStore;
  /** As `put`, for a metric of any region, several times at once. */
  record(metric: Metric, value: number, unit: string, atMs: number, times?: number): void;
  /** Writes no more. */
  stop(): void;
}

/** Takes metrics in from all services. Made before them, since each has it in its world. */
export function createMetrics({ store, clock, region }: { store: Store; clock: Clock; region: string }): Metrics {
  const metrics = new MetricStore(store);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const write = () => {
    timer = undefined;
    if (stopped) return;
    try {
      metrics.flush();
    } catch (error) {
      // A full disk: what is gathered is written with the next values.
      if (!(error instanceof StorageError)) throw error;
    }
  };
  const record: Metrics["record"] = (metric, value, unit, atMs, times) => {
    if (stopped || !Number.isFinite(value)) return;
    metrics.put(metric, value, unit, atMs, times);
    timer ??= setTimeout(write, GATHER_MS).unref();
  };
  return {
    store: metrics,
    record,
    put(namespace, metricName, dimensions, value, { unit = "Count", region: home = region, atMs = clock.now() } = {}) {
      record({ region: home, namespace, metricName, dimensions }, value, unit, atMs);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
