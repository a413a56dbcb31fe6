import type { StateError } from "../errors.ts";
import type { Retrier, State } from "../types.ts";

const DEFAULTS = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2, MaxDelaySeconds: Number.POSITIVE_INFINITY };

/**
 * Whether `ErrorEquals` names the error. `States.TaskFailed` stands for every error but a timeout, `States.ALL` for
 * every error (Step Functions developer guide, "Error names"); neither for one that is `beyondAll`.
 */
export function names(errorEquals: string[], { error, beyondAll }: StateError): boolean {
  // No entry stops it, not even one that names it (recorded on AWS).
  if (error === "States.Runtime") return false;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (beyondAll) return false;
    return name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout");
  });
}

/** The first retrier that names the error decides; undefined when there is none or it has no attempt left. */
export function retrierFor(
  state: State,
  error: StateError,
  used: Record<number, number>,
): { index: number; retrier: Retrier } | undefined {
  const index = (state.Retry ?? []).findIndex(({ ErrorEquals }) => names(ErrorEquals, error));
  const retrier = state.Retry?.[index];
  if (!retrier || (used[index] ?? 0) >= (retrier.MaxAttempts ?? DEFAULTS.MaxAttempts)) return undefined;
  return { index, retrier };
}

/** Milliseconds before attempt `used + 1`; with full jitter anything from none to the whole of it. */
export function delayMs(retrier: Retrier, used: number, random: () => number): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds, JitterStrategy } = { ...DEFAULTS, ...retrier };
  const seconds = Math.min(IntervalSeconds * BackoffRate ** used, MaxDelaySeconds);
  return Math.round(seconds * 1000 * (JitterStrategy === "FULL" ? random() : 1));
}
