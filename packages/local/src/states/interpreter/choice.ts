import { RuntimeError } from "../errors.ts";
import { frameOf } from "./context.ts";
import { type Begin, dialectOf } from "./environment.ts";
import { exit } from "./exit.ts";

export const beginChoice: Begin = async (env, run, thread, state) => {
  const chosen = await dialectOf(env, run, state).choose(state, frameOf(run, thread));
  // AWS reports States.Runtime, not the specification's States.NoChoiceMatched (measured).
  if (!chosen)
    throw new RuntimeError("Failed to transition out of the state. The state does not point to a next state.");
  await exit(env, run, thread, chosen, chosen.next);
};
