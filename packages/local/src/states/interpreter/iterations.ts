import type { State, Thread } from "../types.ts";
import { contextOf, frameOf } from "./context.ts";
import { dialectOf, type Environment } from "./environment.ts";
import type { Run } from "./run.ts";

/** Begins as many iterations as the concurrency lets; each follows the event `previous`. */
export async function beginIterations(env: Environment, run: Run, thread: Thread, previous: number): Promise<void> {
  const state = run.stateOf(thread);
  const fork = thread.fork!;
  const processor = "ItemProcessor" in state ? "ItemProcessor" : "Iterator";
  const argument = await effectiveInput(env, run, thread, state);
  while (fork.next < fork.total && (fork.concurrency === 0 || fork.next - fork.done < fork.concurrency)) {
    const item = { index: fork.next, value: fork.items![fork.next]! };
    const frame = frameOf(run, thread, { context: contextOf(run, thread, item) });
    const input = await dialectOf(env, run, state).itemInput(state, frame, argument, item.value);
    fork.next++;
    const child = run.spawn(thread, item.index, [...thread.path, "States", thread.state, processor], input);
    child.item = item;
    child.last = previous;
    if (fork.mapRun) child.silent = true;
    run.emit(child, "MapIterationStarted", {
      mapIterationStartedEventDetails: { name: thread.state, index: item.index },
    });
    run.changed.add(thread.id);
  }
}

/**
 * The Map's input as items and selectors see it; a Map has no Arguments, and its legacy Parameters are its selector.
 */
export async function effectiveInput(env: Environment, run: Run, thread: Thread, state: State) {
  const { Parameters: _selector, ...bare } = state;
  return dialectOf(env, run, state).argument(bare as State, frameOf(run, thread));
}
