import type { Chance } from "../jsonata/functions.ts";
import { type Dialect, languageOf } from "../language.ts";
import type { State, Thread } from "../types.ts";
import type { Run } from "./run.ts";

/** What the interpreter needs of the world; it does nothing but change `Run`s. */
export interface Environment extends Chance {
  region: string;
  account: string;
  dialects: Record<"JSONata" | "JSONPath", Dialect>;
  describeTask(resource: string): TaskDescription;
}

/** How a Task's events are called, and what they say of its integration. */
export type TaskDescription =
  | { events: "Task"; resourceType: string; resource: string }
  | { events: "LambdaFunction"; resource: string };

export type Begin = (env: Environment, run: Run, thread: Thread, state: State) => Promise<void>;

export function dialectOf(env: Environment, run: Run, state: State): Dialect {
  return env.dialects[languageOf(run.definition, state)];
}
