import { frameOf } from "./context.ts";
import { type Begin, dialectOf } from "./environment.ts";
import { exit } from "./exit.ts";

export const beginWait: Begin = async (env, run, thread, state) => {
  const until = await dialectOf(env, run, state).waitUntil(state, frameOf(run, thread), run.now());
  if (until <= run.now()) return endWait(env, run, thread, state);
  thread.phase = "waiting";
  thread.until = until;
};

export const endWait: Begin = async (env, run, thread, state) => {
  const ending = await dialectOf(env, run, state).finish(state, frameOf(run, thread));
  await exit(env, run, thread, ending, state.Next);
};
