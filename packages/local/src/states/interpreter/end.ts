import type { Status, Thread } from "../types.ts";
import type { Details, Run } from "./run.ts";

/** Takes down a thread whose sibling failed, and all below it; every event follows the failure's. */
export function abort(run: Run, thread: Thread, cause: number) {
  if (thread.phase === "done" || thread.aborted) return;
  const { Type } = run.stateOf(thread);
  const parent = run.parent(thread)!;
  if (run.stateOf(parent).Type === "Map") {
    const mapIterationAbortedEventDetails = { name: parent.state, index: thread.index };
    run.note(thread, "MapIterationAborted", { mapIterationAbortedEventDetails }, cause);
  }
  const blocks = Type === "Task" || Type === "Wait" || Type === "Parallel" || Type === "Map";
  if (thread.phase !== "enter" && blocks) run.note(thread, `${Type}StateAborted`, {}, cause);
  for (const child of run.children(thread)) abort(run, child, cause);
  halt(run, thread);
}

/** Ends the execution unsuccessfully; its threads stay for a redrive. */
export function endExecution(
  run: Run,
  status: Exclude<Status, "RUNNING" | "SUCCEEDED">,
  { error, cause }: { error?: string; cause?: string },
  previous: number,
) {
  const { execution } = run;
  const name = { FAILED: "Failed", TIMED_OUT: "TimedOut", ABORTED: "Aborted" }[status];
  const told = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  run.append(`Execution${name}`, previous, { [`execution${name}EventDetails`]: told } as Details);
  // A timeout's error stands in its event only (measured on AWS).
  const described = status === "TIMED_OUT" ? {} : told;
  Object.assign(execution, { status, stoppedAt: run.now(), error: null, cause: null, ...described });
  for (const thread of run.threads.values()) halt(run, thread);
  run.ready.length = 0;
}

/** Stops what the thread waits for; a submitted job is cancelled. */
export function halt(run: Run, thread: Thread) {
  if (thread.phase === "done" || thread.aborted) return;
  run.cancelJob(thread);
  thread.aborted = true;
  run.changed.add(thread.id);
}
