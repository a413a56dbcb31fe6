import type { Chance } from "../jsonata/functions.ts";
import { type Dialect, languageOf } from "../language.ts";
import type { State, Thread } from "../types.ts";
import { beginChoice } from "./choice.ts";
import { beginFail } from "./fail.ts";
import { guarded } from "./failure.ts";
import { beginMap } from "./map.ts";
import { beginParallel } from "./parallel.ts";
import { beginPass } from "./pass.ts";
import type { Run } from "./run.ts";
import { beginSucceed } from "./succeed.ts";
import { beginTask } from "./task.ts";
import { beginWait, endWait } from "./wait.ts";

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

const BEGIN: Record<State["Type"], Begin> = {
  Task: beginTask,
  Pass: beginPass,
  Choice: beginChoice,
  Wait: beginWait,
  Succeed: beginSucceed,
  Fail: beginFail,
  Parallel: beginParallel,
  Map: beginMap,
};

export function dialectOf(env: Environment, run: Run, state: State): Dialect {
  return env.dialects[languageOf(run.definition, state)];
}

/** One turn of a thread: enters its state, or attempts its work again. */
export async function step(env: Environment, run: Run, thread: Thread): Promise<void> {
  const state = run.stateOf(thread);
  run.changed.add(thread.id);
  if (thread.phase === "enter") {
    Object.assign(thread, { before: thread.last, retries: {}, retryCount: 0, enteredAt: run.now() });
    thread.entered = run.emit(thread, `${state.Type}StateEntered`, {
      stateEnteredEventDetails: {
        name: thread.state,
        input: JSON.stringify(thread.input),
        inputDetails: { truncated: false },
      },
    });
  }
  thread.phase = "attempt";
  await guarded(env, run, thread, () => BEGIN[state.Type](env, run, thread, state));
}

/** The moment of a Wait, or of a retry, has come. */
export async function timeUp(env: Environment, run: Run, thread: Thread): Promise<void> {
  delete thread.until;
  run.changed.add(thread.id);
  if (thread.phase === "retrying") {
    thread.phase = "attempt";
    run.wake(thread);
    return;
  }
  await guarded(env, run, thread, () => endWait(env, run, thread, run.stateOf(thread)));
}
