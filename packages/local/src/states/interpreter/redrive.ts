import type { Thread } from "../types.ts";
import type { Run } from "./run.ts";

/**
 * Goes on where an execution ended without success: each state that did not exit does its work again with its input and
 * its retries; branches and iterations that were done stay done (developer guide, "Redriving executions").
 */
export function redrive(run: Run) {
  const id = run.append("ExecutionRedriven", run.execution.lastEventId, {
    executionRedrivenEventDetails: { redriveCount: run.execution.redriveCount },
  });
  const top = [...run.threads.values()].find(({ parent }) => parent === null)!;
  again(run, top, id);
}

function again(run: Run, thread: Thread, previous: number) {
  Object.assign(thread, { aborted: false, retries: {}, retryCount: 0, last: previous });
  delete thread.task;
  delete thread.until;
  run.changed.add(thread.id);
  const unfinished = run.children(thread).filter(({ phase }) => phase !== "done");
  if (unfinished.length > 0) {
    thread.phase = "forked";
    const { mapRun } = thread.fork!;
    if (mapRun) {
      mapRun.failed = 0;
      const mapRunRedrivenEventDetails = { mapRunArn: mapRun.arn, redriveCount: run.execution.redriveCount };
      run.emit(thread, "MapRunRedriven", { mapRunRedrivenEventDetails });
    }
    for (const child of unfinished) again(run, child, previous);
    return;
  }
  for (const child of run.children(thread)) run.remove(child);
  if (thread.phase !== "enter") {
    thread.phase = "attempt";
    delete thread.fork;
  }
  run.wake(thread);
}
