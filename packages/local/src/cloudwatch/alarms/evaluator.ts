import { StorageError } from "../../disk/fault.ts";
import type { World } from "../../world.ts";
import { percentilesOf, samplesOf, valuesOf } from "../math/compile.ts";
import type { Grid, Series } from "../math/value.ts";
import type { MetricStore } from "../metrics/store.ts";
import type { Changes } from "./change.ts";
import type { CheckedAlarm } from "./check.ts";
import { COMPARISONS } from "./compare.ts";
import { type Datapoint, decide, evaluationRange } from "./decide.ts";
import { reasonData, reasonOf } from "./reason.ts";

const MINUTE_MS = 60_000;

export interface EvaluatorParts {
  world: World;
  store: MetricStore;
  alarms: CheckedAlarm[];
  changes: Changes;
  /** Measures what is not told by itself, such as the lengths of queues; before each evaluation. True when any was. */
  measure(): boolean;
}

/**
 * Evaluates every alarm at the end of each minute, over the periods that end then: "at the end of minute 6, the alarm
 * is evaluated based on the data from minutes 2 to 6" (user guide, "Evaluating an alarm").
 */
export class Evaluator {
  readonly #parts: EvaluatorParts;
  readonly #stopped = new AbortController();
  /** Alarms whose whole range had no data when they were last evaluated: until there are some, nothing can change. */
  readonly #quiet = new Set<string>();
  readonly #broken = new Set<string>();
  #startedMs = 0;
  /** Ends the wait of an evaluator that nothing can change for. */
  #wake: () => void = () => {};
  #measured = true;

  constructor(parts: EvaluatorParts) {
    this.#parts = parts;
  }

  start() {
    this.#startedMs = this.#parts.world.clock.now();
    this.#parts.store.onValue = () => this.#wake();
    void this.#run();
  }

  stop() {
    this.#stopped.abort();
    this.#wake();
  }

  /** The alarm's state was set by hand: the next evaluation finds its own. */
  forget({ arn }: { arn: string }) {
    this.#quiet.delete(arn);
    this.#wake();
  }

  async #run() {
    const { clock } = this.#parts.world;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await clock.sleep(MINUTE_MS - (clock.now() % MINUTE_MS), signal).catch(() => undefined);
      if (!signal.aborted) this.#evaluateAll();
      if (!signal.aborted && this.#isIdle()) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Until a value comes in no alarm can change, so no minute need be looked at: a cloud at rest does nothing. */
  #isIdle(): boolean {
    if (this.#measured) return false;
    return this.#parts.alarms.every(({ alarm }) => this.#quiet.has(alarm.arn) || this.#broken.has(alarm.arn));
  }

  #evaluateAll() {
    const { world, store, alarms, measure } = this.#parts;
    const endMs = Math.floor(world.clock.now() / MINUTE_MS) * MINUTE_MS;
    try {
      this.#measured = measure();
      store.flush();
      for (const one of alarms) this.#evaluate(one, endMs);
    } catch (error) {
      // The disk has reported it itself, once; the next minute tries again.
      if (error instanceof StorageError) return;
      world.log({ service: "cloudwatch", level: "error", message: String((error as Error).stack ?? error) });
    }
  }

  #evaluate(checked: CheckedAlarm, endMs: number) {
    const { alarm, periodSeconds, queries } = checked;
    const { store } = this.#parts;
    const range = evaluationRange(alarm);
    const periodMs = periodSeconds * 1000;
    const grid: Grid = { startMs: endMs - range * periodMs, periodMs, count: range };
    const hasData = queries.metrics.some((metric) => (store.newestMs(metric) ?? 0) >= grid.startMs);
    if (!hasData && this.#quiet.has(alarm.arn)) return;
    try {
      const settled = this.#find(checked, grid);
      if (hasData || !settled) this.#quiet.delete(alarm.arn);
      else this.#quiet.add(alarm.arn);
    } catch (error) {
      if (error instanceof StorageError) throw error;
      this.#report(checked, error as Error);
    }
  }

  /** Finds the alarm's state and applies it; false where nothing could be said yet. */
  #find(checked: CheckedAlarm, grid: Grid): boolean {
    const { alarm, watchedId, queries } = checked;
    const { world, store, changes } = this.#parts;
    if (this.#hasFewSamples(checked, grid)) return false;
    const values = valuesOf(store, queries, watchedId, grid);
    if (!(values instanceof Map)) throw new Error("its expression must give a single time series");
    const datapoints = datapointsOf(checked, grid, values);
    if (this.#isTooEarly(checked, grid, datapoints)) return false;
    const state = decide(datapoints, alarm);
    if (state) {
      changes.apply(alarm, state, () => ({
        reason: reasonOf(alarm, state, values),
        reasonData: reasonData(alarm, world.clock.now(), grid, values),
      }));
    }
    return true;
  }

  /**
   * A cloud that was off has measured nothing. Before an alarm that takes missing data for a breach, or tells of them,
   * has been on for its whole window, they do not count as such; on AWS nothing is ever off.
   */
  #isTooEarly({ alarm }: CheckedAlarm, { periodMs }: Grid, datapoints: Datapoint[]): boolean {
    const { treatMissingData, insufficientDataActions } = alarm;
    const heedsMissing = treatMissingData === "missing" && insufficientDataActions.length > 0;
    if (treatMissingData !== "breaching" && !heedsMissing) return false;
    const missing = datapoints.filter((one) => one !== "missing").length < alarm.evaluationPeriods;
    return missing && this.#parts.world.clock.now() - this.#startedMs < alarm.evaluationPeriods * periodMs;
  }

  /**
   * Whether the alarm waits for more samples than 10/(1 - percentile), "the alarm state does not change during periods
   * with too few data points" (API_PutMetricAlarm). The samples of all its evaluation periods count together; whether
   * AWS wants them of each is unconfirmed.
   */
  #hasFewSamples({ alarm, queries }: CheckedAlarm, { startMs, periodMs, count }: Grid): boolean {
    if (alarm.evaluateLowSampleCountPercentile !== "ignore") return false;
    const { evaluationPeriods } = alarm;
    const extra = count - evaluationPeriods;
    const window = { startMs: startMs + extra * periodMs, periodMs, count: evaluationPeriods };
    return percentilesOf(queries).some(({ metric, percent }) => {
      const samples = [...samplesOf(this.#parts.store, metric, window).values()];
      const number = samples.reduce((sum, sample) => sum + sample.count, 0);
      const least = 1000 / (percent >= 50 ? 100 - percent : percent);
      // Without any the data are missing, which the alarm has a setting of its own for.
      return number > 0 && number < least;
    });
  }

  #report({ alarm }: CheckedAlarm, { message }: Error) {
    if (this.#broken.has(alarm.arn)) return;
    this.#broken.add(alarm.arn);
    const text = `alarm ${alarm.name} cannot be evaluated: ${message}`;
    this.#parts.world.log({ service: "cloudwatch", level: "error", message: text });
  }
}

function datapointsOf({ alarm }: CheckedAlarm, { startMs, periodMs, count }: Grid, values: Series): Datapoint[] {
  const { breaches } = COMPARISONS[alarm.comparisonOperator]!;
  return Array.from({ length: count }, (_, index): Datapoint => {
    const value = values.get(startMs + index * periodMs);
    if (value === undefined) return "missing";
    return breaches(value, alarm.threshold) ? "breaching" : "within";
  });
}
