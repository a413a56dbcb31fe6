import { AwsError } from "../../world.ts";
import type { Sample } from "./sample.ts";

/** A statistic of a period, by its name; undefined where the period's values do not tell it. */
export type Statistic = (sample: Sample) => number | undefined;

const SIMPLE: Record<string, Statistic> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

export const SIMPLE_STATISTICS = Object.keys(SIMPLE);

/** Statistics that AWS has and the local cloud does not: trimmed and winsorized means, ranks, counts and sums. */
const NOT_HERE = /^(tm|tc|ts|wm|pr|TM|TC|TS|WM|PR|IQM)/;

/** `Sum`, `p95`, `p99.9` …; throws an `AwsError` for what is none. */
export function statisticOf(name: string): Statistic {
  const simple = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined;
  if (simple) return simple;
  const rank = percentOf(name);
  if (rank !== undefined) return (sample) => percentile(sample, rank);
  if (NOT_HERE.test(name)) throw new AwsError("InvalidParameterValue", `The statistic ${name} does not run locally.`);
  throw new AwsError("InvalidParameterValue", `The value ${name} for parameter Stat is not supported.`);
}

/** 95 of `p95`; undefined when the statistic is no percentile. */
export function percentOf(name: string): number | undefined {
  const digits = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The least value that this many percent of the values do not exceed. None of values sent as bare statistic sets. */
function percentile({ count, values }: Sample, percent: number): number | undefined {
  const known = [...values.values()].reduce((sum, times) => sum + times, 0);
  if (known < count || known === 0) return undefined;
  const rank = Math.max(1, Math.ceil((percent / 100) * known - 1e-9));
  let passed = 0;
  for (const value of [...values.keys()].sort((a, b) => a - b)) {
    passed += values.get(value)!;
    if (passed >= rank) return value;
  }
  return undefined;
}
