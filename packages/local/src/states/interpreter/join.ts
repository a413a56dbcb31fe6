import { StateError } from "../errors.ts";
import type { Thread } from "../types.ts";
import { frameOf } from "./context.ts";
import { dialectOf, type Environment } from "./environment.ts";
import { exit } from "./exit.ts";
import { guarded, handle } from "./failure.ts";
import { beginIterations } from "./iterations.ts";
import { endMapRun, exceeded } from "./map-run.ts";
import type { Run } from "./run.ts";

/*
 * `exit.ts`, `join.ts` and `failure.ts` import each other, since they are one recursive algorithm that climbs the tree
 * of threads: the end of a flow ends a child of the Parallel or Map around it, the last child ends that state, and the
 * end of a state may be the end of the next flow. A failure climbs the same way, and turns into an end where it is
 * caught.
 */

/** A branch or iteration came to its end. */
export async function childDone(env: Environment, run: Run, thread: Thread, child: Thread): Promise<void> {
  const { last } = child;
  if (run.stateOf(thread).Type === "Map") {
    run.emit(child, "MapIterationSucceeded", {
      mapIterationSucceededEventDetails: { name: thread.state, index: child.index },
    });
  }
  const { fork } = thread;
  if (!fork!.mapRun && fork!.done + 1 === fork!.total) thread.last = child.last;
  // The next iteration follows the last event inside this one, not its success (recorded on AWS).
  await childEnded(env, run, thread, last);
}

/** One child less to wait for. */
export async function childEnded(env: Environment, run: Run, thread: Thread, previous: number): Promise<void> {
  const fork = thread.fork!;
  fork.done++;
  run.changed.add(thread.id);
  if (fork.next < fork.total) await guarded(env, run, thread, () => beginIterations(env, run, thread, previous));
  else if (fork.done === fork.total) await guarded(env, run, thread, () => forkDone(env, run, thread));
}

/** All children have ended: their outputs are the state's result. */
export async function forkDone(env: Environment, run: Run, thread: Thread): Promise<void> {
  const state = run.stateOf(thread);
  const children = run.children(thread);
  const result = children.filter(({ phase }) => phase === "done").map(({ output }) => output!);
  const { mapRun } = thread.fork!;
  const previous = mapRun ? endMapRun(run, thread, mapRun) : thread.last;
  run.note(thread, `${state.Type}StateSucceeded`);
  const ending = await dialectOf(env, run, state).finish(state, frameOf(run, thread, { result }));
  for (const child of children) run.remove(child);
  await exit(env, run, thread, ending, state.Next, previous);
}

/** A child execution failed: the Map Run bears it, or fails. */
export async function childExecutionFailed(env: Environment, run: Run, thread: Thread, child: Thread): Promise<void> {
  const { mapRun, total } = thread.fork!;
  child.aborted = true;
  mapRun!.failed++;
  run.changed.add(thread.id);
  if (!exceeded(mapRun!, total)) return childEnded(env, run, thread, thread.last);
  const error = "States.ExceedToleratedFailureThreshold";
  const cause = "The specified tolerated failure threshold was exceeded";
  run.emit(thread, "MapRunFailed", { mapRunFailedEventDetails: { error, cause } });
  await handle(env, run, thread, new StateError(error, cause));
}
