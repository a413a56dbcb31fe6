import type { Flow } from "../types.ts";
import { frameOf } from "./context.ts";
import { type Begin, dialectOf } from "./environment.ts";

export const beginParallel: Begin = async (env, run, thread, state) => {
  const input = await dialectOf(env, run, state).argument(state, frameOf(run, thread));
  run.emit(thread, "ParallelStateStarted");
  const { length } = state.Branches as Flow[];
  thread.phase = "forked";
  thread.fork = { total: length, next: length, done: 0, concurrency: 0 };
  for (let index = 0; index < length; index++) {
    run.spawn(thread, index, [...thread.path, "States", thread.state, "Branches", String(index)], input);
  }
};
