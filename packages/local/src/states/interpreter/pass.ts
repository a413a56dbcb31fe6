import { languageOf } from "../language.ts";
import { frameOf } from "./context.ts";
import { type Begin, dialectOf } from "./environment.ts";
import { exit } from "./exit.ts";

export const beginPass: Begin = async (env, run, thread, state) => {
  const dialect = dialectOf(env, run, state);
  const frame = frameOf(run, thread);
  // A JSONata Pass has no result, only an input.
  if (languageOf(run.definition, state) === "JSONPath") {
    frame.result = "Result" in state ? state.Result : await dialect.argument(state, frame);
  }
  await exit(env, run, thread, await dialect.finish(state, frame), state.Next);
};
