import type { MapRun, State, Thread } from "../types.ts";
import type { Environment } from "./environment.ts";
import type { Run } from "./run.ts";

/** Whether the Map's iterations are child executions of a Map Run. */
export function isDistributed(state: State): boolean {
  return (state.ItemProcessor ?? state.Iterator)?.ProcessorConfig?.Mode === "DISTRIBUTED";
}

export function beginMapRun(
  env: Environment,
  run: Run,
  thread: Thread,
  state: State,
  { count, percentage }: { count?: number; percentage?: number },
) {
  const { machineName } = run.execution;
  const label = state.Label ?? env.uuid();
  const arn = `arn:aws:states:${env.region}:${env.account}:mapRun:${machineName}/${label}:${env.uuid()}`;
  const started = run.emit(thread, "MapRunStarted", { mapRunStartedEventDetails: { mapRunArn: arn } });
  thread.fork!.mapRun = { arn, started, failed: 0, toleratedCount: count, toleratedPercentage: percentage };
}

/**
 * The event a distributed Map's exit follows: the run's start, or its success when the Map is the first state (recorded
 * on AWS).
 */
export function endMapRun(run: Run, thread: Thread, { started }: MapRun): number {
  run.emit(thread, "MapRunSucceeded");
  return thread.before === 0 ? thread.last : started;
}

/** Whether a Map Run has failed. Without a threshold no failure is tolerated; of two, the one exceeded first counts. */
export function exceeded(
  { failed, toleratedCount: count, toleratedPercentage: percentage }: MapRun,
  total: number,
): boolean {
  if (count === undefined && percentage === undefined) return true;
  return (count !== undefined && failed > count) || (percentage !== undefined && (failed * 100) / total > percentage);
}
