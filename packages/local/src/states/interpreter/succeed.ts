import { frameOf } from "./context.ts";
import { type Begin, dialectOf } from "./environment.ts";
import { exit } from "./exit.ts";

export const beginSucceed: Begin = async (env, run, thread, state) => {
  const ending = await dialectOf(env, run, state).finish(state, frameOf(run, thread));
  await exit(env, run, thread, ending, undefined);
};
