import type { State, Thread } from "../types.ts";
import { beginChoice } from "./choice.ts";
import type { Begin, Environment } from "./environment.ts";
import { beginFail } from "./fail.ts";
import { guarded } from "./failure.ts";
import { beginMap } from "./map.ts";
import { beginParallel } from "./parallel.ts";
import { beginPass } from "./pass.ts";
import type { Run } from "./run.ts";
import { beginSucceed } from "./succeed.ts";
import { beginTask } from "./task.ts";
import { beginWait, endWait } from "./wait.ts";

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
