import { dataLimitExceeded } from "../errors.ts";
import type { Ending } from "../language.ts";
import { DATA_BYTES, sizeOf } from "../limits.ts";
import type { Json, JsonObject, Thread } from "../types.ts";
import type { Environment } from "./environment.ts";
import { childDone } from "./join.ts";
import type { Run } from "./run.ts";

/** Leaves the current state for `next`, or ends the flow when there is none. */
export async function exit(
  env: Environment,
  run: Run,
  thread: Thread,
  { output, assigned }: Ending,
  next: string | undefined,
  previous = thread.last,
): Promise<void> {
  const text = JSON.stringify(output);
  if (sizeOf(text) > DATA_BYTES || sizeOf(JSON.stringify(assigned)) > DATA_BYTES) {
    throw dataLimitExceeded(thread.state, "state");
  }
  const stateExitedEventDetails: JsonObject = { name: thread.state, output: text, outputDetails: { truncated: false } };
  if (Object.keys(assigned).length > 0) {
    // The API carries each variable as JSON text, sorted by name (recorded on AWS).
    const values = Object.entries(assigned).sort(([a], [b]) => (a < b ? -1 : 1));
    stateExitedEventDetails.assignedVariables = Object.fromEntries(
      values.map(([name, value]) => [name, JSON.stringify(value)]),
    );
    stateExitedEventDetails.assignedVariablesDetails = { truncated: false };
  }
  run.emit(thread, `${run.stateOf(thread).Type}StateExited`, { stateExitedEventDetails }, previous);
  Object.assign(thread.variables, assigned);
  delete thread.task;
  delete thread.fork;
  if (next === undefined) return finish(env, run, thread, output);
  thread.state = next;
  thread.input = output;
  thread.phase = "enter";
  run.wake(thread);
}

/** A flow came to its end. */
async function finish(env: Environment, run: Run, thread: Thread, output: Json): Promise<void> {
  thread.phase = "done";
  thread.output = output;
  run.changed.add(thread.id);
  const parent = run.parent(thread);
  if (parent) return childDone(env, run, parent, thread);
  const text = JSON.stringify(output);
  const executionSucceededEventDetails = { output: text, outputDetails: { truncated: false } };
  run.emit(thread, "ExecutionSucceeded", { executionSucceededEventDetails });
  Object.assign(run.execution, { status: "SUCCEEDED", stoppedAt: run.now(), output: text });
}
