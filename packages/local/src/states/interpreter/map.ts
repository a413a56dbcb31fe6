import { INLINE_CONCURRENCY } from "../limits.ts";
import type { State, Thread } from "../types.ts";
import { contextOf, frameOf } from "./context.ts";
import { type Begin, dialectOf, type Environment } from "./interpreter.ts";
import { forkDone } from "./join.ts";
import { beginMapRun, isDistributed } from "./map-run.ts";
import type { Run } from "./run.ts";

export const beginMap: Begin = async (env, run, thread, state) => {
  const dialect = dialectOf(env, run, state);
  const frame = frameOf(run, thread);
  const argument = await effectiveInput(env, run, thread, state);
  const concurrency = await dialect.concurrency(state, frame, argument);
  const items = await dialect.items(state, frame, argument);
  run.emit(thread, "MapStateStarted", { mapStateStartedEventDetails: { length: items.length } });
  const tolerated = await dialect.tolerated(state, frame, argument);
  thread.phase = "forked";
  const distributed = isDistributed(state);
  const most = distributed ? concurrency : Math.min(concurrency || INLINE_CONCURRENCY, INLINE_CONCURRENCY);
  thread.fork = { total: items.length, next: 0, done: 0, concurrency: most, items };
  if (distributed) beginMapRun(env, run, thread, state, tolerated);
  if (items.length === 0) return forkDone(env, run, thread);
  await beginIterations(env, run, thread, thread.last);
};

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

/** The Map's input as items and selectors see it; a Map has no Arguments, and its legacy Parameters are its selector. */
async function effectiveInput(env: Environment, run: Run, thread: Thread, state: State) {
  const { Parameters: _selector, ...bare } = state;
  return dialectOf(env, run, state).argument(bare as State, frameOf(run, thread));
}
