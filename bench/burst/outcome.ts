import { quantile, type Tally } from "./tally.ts";

/** What became of a burst; times in milliseconds. */
export interface Outcome {
  uploads: number;
  clips: number;
  /** From the burst's beginning until the last execution ended. */
  drainedMs: number;
  /** From each upload's arrival to the end of its execution, of those that succeeded. */
  tookMs: number[];
  /** Executions that did not succeed, by status and error. */
  failed: Tally;
  deadLetters: number;
  /** Uploads whose execution did not succeed, or never began. */
  lost: number;
  transitions: number;
  /** Tasks' attempts that failed, by error. */
  failedAttempts: Tally;
  /** Refusals, by service and operation; of Lambda, by handler. */
  throttles: Tally;
  /** How often at most one upload was refused at one task, by task. */
  mostRefusals: Record<string, number>;
  /** How long at most an execution waited for a transition. */
  longestPaceMs: number;
  /** Second executions that sweeps began. */
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
