import { StateError } from "../errors.ts";
import { frameOf } from "./context.ts";
import { type Begin, dialectOf } from "./environment.ts";

export const beginFail: Begin = async (env, run, thread, state) => {
  const { error, cause } = await dialectOf(env, run, state).failure(state, frameOf(run, thread));
  throw new StateError(error, cause);
};
