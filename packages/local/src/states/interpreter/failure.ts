import { EvaluationError, RuntimeError, StateError } from "../errors.ts";
import type { Catcher, State, Thread } from "../types.ts";
import { frameOf } from "./context.ts";
import { abort, endExecution } from "./end.ts";
import { dialectOf, type Environment } from "./environment.ts";
import { exit } from "./exit.ts";
import { childExecutionFailed } from "./join.ts";
import { delayMs, names, retrierFor } from "./retry.ts";
import type { Run } from "./run.ts";

/** Does a state's work; what goes wrong in the execution is handled in the execution. */
export async function guarded(env: Environment, run: Run, thread: Thread, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    // In a Wait the event follows the state's Entered event (recorded on AWS).
    const entering = thread.last === thread.entered && run.stateOf(thread).Type !== "Wait";
    const error = stateError(run, thread, thrown, entering ? thread.before : thread.last);
    if (error) await handle(env, run, thread, error);
  }
}

/**
 * The error as the execution sees it, its EvaluationFailed event written; undefined when it ended the execution. The
 * event follows `previous`: what came before the state was entered, as long as nothing else came since (recorded on
 * AWS).
 */
function stateError(run: Run, thread: Thread, thrown: unknown, previous: number): StateError | undefined {
  if (thrown instanceof StateError) return thrown;
  if (!(thrown instanceof EvaluationError) && !(thrown instanceof RuntimeError)) throw thrown;
  const { state, entered } = thread;
  const cause = `An error occurred while executing the state '${state}' (entered at the event id #${entered}). ${thrown.detail}`;
  if (thrown instanceof RuntimeError) {
    if (thread.silent) return new StateError("States.Runtime", cause, true);
    // No Catch stops a States.Runtime, not even one that names it (recorded on AWS).
    endExecution(run, "FAILED", { error: "States.Runtime", cause }, thread.last);
    return undefined;
  }
  const error = "States.QueryEvaluationError";
  const { location } = thrown;
  const evaluationFailedEventDetails = { error, cause, ...(location !== undefined && { location }), state };
  run.emit(thread, "EvaluationFailed", { evaluationFailedEventDetails }, previous);
  return new StateError(error, cause);
}

/** Retries, catches or fails the state. */
export async function handle(env: Environment, run: Run, thread: Thread, error: StateError): Promise<void> {
  const state = run.stateOf(thread);
  delete thread.task;
  run.changed.add(thread.id);
  for (const child of run.children(thread)) abort(run, child, thread.last);
  if (retried(env, run, thread, state, error)) return;
  const before = thread.last;
  forkFailed(run, thread, state);
  const index = (state.Catch ?? []).findIndex(({ ErrorEquals }) => names(ErrorEquals, error));
  if (index < 0) return flowFailed(env, run, thread, error);
  try {
    await caught(env, run, thread, error, state.Catch![index]!, index);
  } catch (thrown) {
    // A catcher does not catch its own failure; the state fails once more (measured on AWS).
    const second = stateError(run, thread, thrown, before);
    if (!second) return;
    forkFailed(run, thread, state);
    await flowFailed(env, run, thread, second);
  }
}

function forkFailed(run: Run, thread: Thread, { Type }: State) {
  if (Type === "Map" || Type === "Parallel") run.emit(thread, `${Type}StateFailed`);
}

async function caught(env: Environment, run: Run, thread: Thread, error: StateError, catcher: Catcher, index: number) {
  const frame = frameOf(run, thread, { errorOutput: error.output });
  const ending = await dialectOf(env, run, run.stateOf(thread)).caught(catcher, index, frame);
  for (const child of run.children(thread)) run.remove(child);
  await exit(env, run, thread, ending, catcher.Next);
}

function retried(env: Environment, run: Run, thread: Thread, state: State, error: StateError): boolean {
  const found = retrierFor(state, error, thread.retries);
  if (!found) return false;
  const used = thread.retries[found.index] ?? 0;
  for (const child of run.children(thread)) run.remove(child);
  delete thread.fork;
  thread.retries[found.index] = used + 1;
  thread.retryCount++;
  thread.phase = "retrying";
  thread.until = run.now() + delayMs(found.retrier, used, env.random);
  return true;
}

/** Nothing stopped the error in this flow: it is the error of the Parallel or Map around it, or of the execution. */
async function flowFailed(env: Environment, run: Run, thread: Thread, error: StateError): Promise<void> {
  const parent = run.parent(thread);
  if (!parent) {
    endExecution(run, "FAILED", { error: error.error, cause: error.reason }, thread.last);
    return;
  }
  if (parent.fork!.mapRun) return childExecutionFailed(env, run, parent, thread);
  const { last } = thread;
  if (run.stateOf(parent).Type === "Map") {
    const mapIterationFailedEventDetails = { name: parent.state, index: thread.index };
    run.note(thread, "MapIterationFailed", { mapIterationFailedEventDetails });
  }
  if (run.stateOf(thread).Type === "Task") run.note(thread, "TaskStateAborted");
  thread.aborted = true;
  run.changed.add(thread.id);
  parent.last = last;
  await handle(env, run, parent, error);
}
