import type { Store } from "../../store.ts";
import { dimensionsText, keyOf, type Metric } from "./metric.ts";
import { add, emptySample, merge, type Sample } from "./sample.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Periods in which data are kept, and for how long. AWS keeps minutes for 15 days, and hours for 15 months. */
const KEPT = { minutesMs: DAY_MS, rolledUpMs: 15 * DAY_MS, rolledUpPeriodMs: 5 * MINUTE_MS };
/** What the disk does not take at once stays in memory, up to so many periods. */
const MOST_PENDING = 10_000;
/** Metrics without new data for so long are not listed any more (API_ListMetrics). */
export const LISTED_MS = 14 * DAY_MS;

/** A value of one unit, on its way to the disk. */
interface Pending {
  metric: Metric;
  key: string;
  startMs: number;
  unit: string;
  sample: Sample;
}

/** The values of one metric in one stretch of time. */
export interface Period {
  startMs: number;
  sample: Sample;
}

interface Row {
  start_ms: number;
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  value_counts: string;
}

/**
 * The values of all metrics, a minute together at least. They are gathered in memory and written by `flush`, many in
 * one transaction: a metric costs its sender next to nothing.
 */
export class MetricStore {
  readonly #store: Store;
  readonly #pending = new Map<string, Pending>();
  /** Ids by key, and when each metric's newest period began. */
  readonly #known = new Map<string, { id: number; newestMs: number }>();

  constructor(store: Store) {
    this.#store = store;
    store.exec(`CREATE TABLE IF NOT EXISTS cloudwatch_metrics (
      id INTEGER PRIMARY KEY, region TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
      dimensions TEXT NOT NULL, newest_ms INTEGER NOT NULL, UNIQUE (region, namespace, name, dimensions)) STRICT;
      CREATE TABLE IF NOT EXISTS cloudwatch_data (
      metric INTEGER NOT NULL REFERENCES cloudwatch_metrics ON DELETE CASCADE, start_ms INTEGER NOT NULL,
      unit TEXT NOT NULL, period_ms INTEGER NOT NULL, count REAL NOT NULL, sum REAL NOT NULL, minimum REAL NOT NULL,
      maximum REAL NOT NULL, value_counts TEXT NOT NULL,
      PRIMARY KEY (metric, start_ms, unit)) STRICT, WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS cloudwatch_data_by_time ON cloudwatch_data (period_ms, start_ms)`);
    const sql = "SELECT id, region, namespace, name, dimensions, newest_ms FROM cloudwatch_metrics";
    for (const row of store.all<MetricRow>(sql)) {
      this.#known.set(keyOf(metricOf(row)), { id: row.id, newestMs: row.newest_ms });
    }
  }

  /** Called with each value that is taken in. */
  onValue: () => void = () => {};

  /** Takes a value in that came at `atMs`. */
  put(metric: Metric, value: number, unit: string, atMs: number, times = 1) {
    const pending = this.#periodOf(metric, unit, atMs);
    if (pending) add(pending.sample, value, times);
  }

  /** Takes in statistics of values that are not told themselves: they count for no percentile. */
  putStatistics(metric: Metric, sample: Sample, unit: string, atMs: number) {
    const pending = this.#periodOf(metric, unit, atMs);
    if (pending) merge(pending.sample, sample);
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Writes what is gathered. Throws StorageError, and keeps it, where the disk takes none. */
  flush() {
    if (this.#pending.size === 0) return;
    this.#store.transaction(() => {
      for (const pending of this.#pending.values()) this.#write(pending);
    });
    this.#pending.clear();
  }

  /** When the newest period of the metric began, written or not; undefined when there never was one. */
  newestMs(metric: Metric): number | undefined {
    return this.#known.get(keyOf(metric))?.newestMs;
  }

  /** The periods from `startMs` to before `endMs` in order, none of them longer than `periodMs`. */
  periods(metric: Metric, startMs: number, endMs: number, periodMs: number, unit?: string): Period[] {
    this.flush();
    const id = this.#known.get(keyOf(metric))?.id;
    if (id === undefined) return [];
    const sql = `SELECT start_ms, count, sum, minimum, maximum, value_counts FROM cloudwatch_data
      WHERE metric = ? AND start_ms >= ? AND start_ms < ? AND period_ms <= ? AND (? IS NULL OR unit = ?)
      ORDER BY start_ms`;
    const rows = this.#store.all<Row>(
      sql,
      id,
      startMs,
      endMs,
      Math.max(periodMs, MINUTE_MS),
      unit ?? null,
      unit ?? null,
    );
    return rows.map((row) => ({ startMs: row.start_ms, sample: sampleOf(row) }));
  }

  /** The metrics of a region with data since `sinceMs`, in order. */
  list(region: string, sinceMs: number): Metric[] {
    this.flush();
    const sql = `SELECT id, region, namespace, name, dimensions, newest_ms FROM cloudwatch_metrics
      WHERE region = ? AND newest_ms >= ? ORDER BY namespace, name, dimensions`;
    return this.#store.all<MetricRow>(sql, region, sinceMs).map(metricOf);
  }

  /** The metrics of all regions. */
  listAll(): Metric[] {
    this.flush();
    const sql = "SELECT id, region, namespace, name, dimensions, newest_ms FROM cloudwatch_metrics";
    return this.#store.all<MetricRow>(sql).map(metricOf);
  }

  /** Joins old minutes to longer periods, and forgets what is older still. */
  sweep(nowMs: number) {
    this.flush();
    this.#store.transaction(() => {
      this.#rollUp(nowMs - KEPT.minutesMs);
      this.#store.run("DELETE FROM cloudwatch_data WHERE start_ms < ?", nowMs - KEPT.rolledUpMs);
      this.#store.run("DELETE FROM cloudwatch_metrics WHERE newest_ms < ?", nowMs - KEPT.rolledUpMs);
    });
    for (const [key, { newestMs }] of this.#known) if (newestMs < nowMs - KEPT.rolledUpMs) this.#known.delete(key);
  }

  #rollUp(beforeMs: number) {
    const longMs = KEPT.rolledUpPeriodMs;
    const cutMs = Math.floor(beforeMs / longMs) * longMs;
    const sql = `SELECT metric, unit, start_ms, count, sum, minimum, maximum, value_counts FROM cloudwatch_data
      WHERE period_ms = ? AND start_ms < ?`;
    const joined = new Map<string, { metric: number; unit: string; startMs: number; sample: Sample }>();
    for (const row of this.#store.all<Row & { metric: number; unit: string }>(sql, MINUTE_MS, cutMs)) {
      const startMs = Math.floor(row.start_ms / longMs) * longMs;
      const key = `${row.metric} ${startMs} ${row.unit}`;
      const one = joined.get(key) ?? { metric: row.metric, unit: row.unit, startMs, sample: emptySample() };
      merge(one.sample, sampleOf(row));
      joined.set(key, one);
    }
    this.#store.run("DELETE FROM cloudwatch_data WHERE period_ms = ? AND start_ms < ?", MINUTE_MS, cutMs);
    for (const { metric, unit, startMs, sample } of joined.values()) this.#save(metric, unit, startMs, longMs, sample);
  }

  #periodOf(metric: Metric, unit: string, atMs: number): Pending | undefined {
    this.onValue();
    const key = keyOf(metric);
    const startMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    const place = `${key} ${startMs} ${unit}`;
    let pending = this.#pending.get(place);
    if (!pending) {
      if (this.#pending.size >= MOST_PENDING) return undefined;
      pending = { metric, key, startMs, unit, sample: emptySample() };
      this.#pending.set(place, pending);
      const known = this.#known.get(key);
      if (known) known.newestMs = Math.max(known.newestMs, startMs);
    }
    return pending;
  }

  #write({ metric, key, startMs, unit, sample }: Pending) {
    const id = this.#idOf(metric, key, startMs);
    const sql = `SELECT start_ms, count, sum, minimum, maximum, value_counts FROM cloudwatch_data
      WHERE metric = ? AND start_ms = ? AND unit = ?`;
    const row = this.#store.get<Row>(sql, id, startMs, unit);
    const whole = row ? sampleOf(row) : emptySample();
    merge(whole, sample);
    this.#save(id, unit, startMs, MINUTE_MS, whole);
  }

  #save(metric: number, unit: string, startMs: number, periodMs: number, sample: Sample) {
    const { count, sum, minimum, maximum, values } = sample;
    const sql = "INSERT OR REPLACE INTO cloudwatch_data VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const counts = JSON.stringify([...values].flat());
    this.#store.run(sql, metric, startMs, unit, periodMs, count, sum, minimum, maximum, counts);
  }

  #idOf({ region, namespace, metricName, dimensions }: Metric, key: string, startMs: number): number {
    const sql = `INSERT INTO cloudwatch_metrics (region, namespace, name, dimensions, newest_ms) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET newest_ms = max(newest_ms, excluded.newest_ms) RETURNING id`;
    const { id } = this.#store.get<{ id: number }>(
      sql,
      region,
      namespace,
      metricName,
      dimensionsText(dimensions),
      startMs,
    )!;
    const newestMs = Math.max(this.#known.get(key)?.newestMs ?? startMs, startMs);
    this.#known.set(key, { id, newestMs });
    return id;
  }
}

interface MetricRow {
  id: number;
  region: string;
  namespace: string;
  name: string;
  dimensions: string;
  newest_ms: number;
}

const metricOf = ({ region, namespace, name, dimensions }: MetricRow): Metric => ({
  region,
  namespace,
  metricName: name,
  dimensions: Object.fromEntries(JSON.parse(dimensions)),
});

function sampleOf({ count, sum, minimum, maximum, value_counts }: Row): Sample {
  const flat: number[] = JSON.parse(value_counts);
  const values = new Map<number, number>();
  for (let at = 0; at < flat.length; at += 2) values.set(flat[at]!, flat[at + 1]!);
  return { count, sum, minimum, maximum, values };
}
