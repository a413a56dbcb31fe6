import { quantile, type Tally } from "./tally.ts";

/** The result of a burst; times in milliseconds. */
export interface Outcome {
  uploads: number;
  clips: number;
  /** Time from the beginning of the burst until the last execution ended. */
  drainedMs: number;
  /** Time from each upload's arrival to the end of its execution, for those that succeeded. */
  tookMs: number[];
  /** Executions that did not succeed, by status and error. */
  failed: Tally;
  deadLetters: number;
  /** Uploads whose execution did not succeed, or never began. */
  lost: number;
  transitions: number;
  /** Failed attempts of tasks, by error. */
  failedAttempts: Tally;
  /** Throttles, by service and operation; for Lambda, by handler. */
  throttles: Tally;
  /** The most throttles of one upload at one task, by task. */
  mostRefusals: Record<string, number>;
  /** The longest that an execution waited for a transition, in milliseconds. */
  longestPaceMs: number;
  /** Second executions that sweeps started. */
  restarted: number;
  invocations: Tally;
  gbSeconds: number;
  jobs: number;
  clipSeconds: number;
}

const minutes = (ms: number) => Number((ms / 60_000).toFixed(1));

/** The outcome as plain data, times as quantiles. */
export function summary({ tookMs, drainedMs, ...rest }: Outcome) {
  return {
    ...rest,
    minutes: { p50: minutes(quantile(tookMs, 0.5)), p99: minutes(quantile(tookMs, 0.99)), last: minutes(drainedMs) },
    clipSeconds: Math.round(rest.clipSeconds),
    gbSeconds: Math.round(rest.gbSeconds),
    longestPaceMs: Math.round(rest.longestPaceMs),
  };
}

/** `{ "claim-upload": 31 }` of counts by `claim-upload {key}`. */
export function most(tallies: Tally[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const tally of tallies)
    for (const [name, count] of Object.entries(tally.toJSON())) {
      const task = name.split(" ")[0]!;
      found[task] = Math.max(found[task] ?? 0, count);
    }
  return found;
}
