import { INLINE_CONCURRENCY } from "../limits.ts";
import { frameOf } from "./context.ts";
import { type Begin, dialectOf } from "./environment.ts";
import { beginIterations, effectiveInput } from "./iterations.ts";
import { forkDone } from "./join.ts";
import { beginMapRun, isDistributed } from "./map-run.ts";

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
