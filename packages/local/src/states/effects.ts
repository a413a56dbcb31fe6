import { createHash } from "node:crypto";
import { StorageError } from "../disk/fault.ts";
import type { Principal, World } from "../world.ts";
import { StateError } from "./errors.ts";
import type { Find, Integration, TaskCall } from "./integrations/integration.ts";
import { endExecution } from "./interpreter/end.ts";
import type { Environment } from "./interpreter/environment.ts";
import { timeUp } from "./interpreter/interpreter.ts";
import type { Run } from "./interpreter/run.ts";
import { taskFailed, taskSubmitted, taskSucceeded, taskTimedOut } from "./interpreter/task.ts";
import { rolePrincipal } from "./role.ts";
import type { Json, Thread } from "./types.ts";

export interface EffectParts {
  world: World;
  env: Environment;
  find: Find;
  run: Run;
  /** Has work done on the run between two steps. */
  signal(work: () => Promise<void> | void): void;
  /** Saves the run together with what `work` does, in one transaction. */
  saveWith(work: () => void): void;
}

interface Effect {
  key: string;
  abort: AbortController;
}

/** The pending timers, calls and jobs of one run's threads. They follow from the saved state alone. */
export class Effects {
  readonly #parts: EffectParts;
  readonly #live = new Map<number, Effect>();
  readonly #deadline = new AbortController();

  constructor(parts: EffectParts) {
    this.#parts = parts;
    const { deadline } = parts.run.execution;
    if (deadline !== null) this.#sleep(deadline, this.#deadline.signal, () => this.#timeOut());
  }

  /** Whether a call or a job is in flight. */
  get busy(): boolean {
    return [...this.#live.values()].some(({ key }) => !key.startsWith("until"));
  }

  /** Starts what the thread waits for, and ends what it waited for before. */
  arm(id: number) {
    const thread = this.#parts.run.threads.get(id);
    const key = thread && !thread.aborted ? keyOf(thread) : undefined;
    const live = this.#live.get(id);
    if (live?.key === key) return;
    live?.abort.abort();
    this.#live.delete(id);
    if (key === undefined) return;
    const effect = { key, abort: new AbortController() };
    this.#live.set(id, effect);
    this.#start(thread!, effect);
  }

  /** Ends all waiting. */
  release() {
    this.#deadline.abort();
    for (const { abort } of this.#live.values()) abort.abort();
    this.#live.clear();
  }

  #start(thread: Thread, effect: Effect) {
    const { env, run, find } = this.#parts;
    const { signal } = effect.abort;
    if (thread.until !== undefined) {
      this.#sleep(thread.until, signal, () => this.#when(thread, effect, () => timeUp(env, run, thread)));
      return;
    }
    const { deadline, jobId } = thread.task!;
    const integration = find(run.stateOf(thread).Resource)!;
    if (deadline !== undefined) {
      this.#sleep(deadline, signal, () => this.#when(thread, effect, () => taskTimedOut(env, run, thread)));
    }
    if (jobId !== undefined) this.#follow(thread, effect, () => integration.wait!(jobId, this.#principal(), signal));
    else if (integration.submit) this.#when(thread, effect, () => this.#submit(thread, integration, signal));
    else this.#follow(thread, effect, () => integration.call!(this.#call(thread, signal)));
  }

  /**
   * Does the work between two steps, unless the thread no longer waits for this by then: several answers can come
   * before any is dealt with.
   */
  #when(thread: Thread, effect: Effect, work: () => Promise<void> | void) {
    const { run, signal } = this.#parts;
    signal(() => {
      const waits = run.running && run.threads.get(thread.id) === thread && !thread.aborted;
      return waits && this.#live.get(thread.id) === effect && keyOf(thread) === effect.key ? work() : undefined;
    });
  }

  #follow(thread: Thread, effect: Effect, call: () => Promise<Json>) {
    const { env, run, world } = this.#parts;
    const { signal } = effect.abort;
    const mark = world.store.disk.mark();
    Promise.resolve()
      .then(call)
      .then(
        (output) => this.#when(thread, effect, () => taskSucceeded(env, run, thread, output)),
        (error) => {
          if (signal.aborted) return;
          this.#when(thread, effect, () => {
            this.#excuse(mark, error);
            return taskFailed(env, run, thread, this.#known(error));
          });
        },
      );
  }

  async #submit(thread: Thread, integration: Integration, signal: AbortSignal) {
    const { env, run, saveWith, world } = this.#parts;
    const mark = world.store.disk.mark();
    try {
      saveWith(() => {
        const { output, jobId } = integration.submit!(this.#call(thread, signal));
        taskSubmitted(env, run, thread, output, jobId);
      });
    } catch (error) {
      this.#excuse(mark, error);
      await taskFailed(env, run, thread, this.#known(error));
    }
  }

  /** A failure while the disk accepts no writes is not the execution's: the work is repeated when there is room. */
  #excuse(mark: number, error: unknown) {
    if (error instanceof StorageError) throw error;
    if (this.#parts.world.store.disk.failedSince(mark)) throw new StorageError((error as Error).message, error);
  }

  #known(error: unknown): StateError {
    if (error instanceof StateError) return error;
    this.#parts.world.log({ service: "states", level: "error", message: String((error as Error).stack ?? error) });
    return new StateError("States.Runtime", `Internal error of the local cloud: ${(error as Error).message}`);
  }

  #call(thread: Thread, signal: AbortSignal): TaskCall {
    const { run } = this.#parts;
    const { arn } = run.execution;
    return {
      resource: run.stateOf(thread).Resource,
      arguments: thread.task!.arguments,
      token: createHash("sha256").update(`${arn}/${thread.task!.attempt}`).digest("hex"),
      principal: this.#principal(),
      signal,
    };
  }

  #principal(): Principal {
    const { world, run } = this.#parts;
    return rolePrincipal(world, run.execution);
  }

  #timeOut() {
    const { run, signal } = this.#parts;
    // Follows no event (measured on AWS).
    signal(() => {
      if (run.running) endExecution(run, "TIMED_OUT", { error: "States.Timeout" }, 0);
    });
  }

  #sleep(until: number, signal: AbortSignal, then: () => void) {
    const { clock } = this.#parts.world;
    clock.sleep(until - clock.now(), signal).then(then, (error) => {
      if (!signal.aborted) throw error;
    });
  }
}

function keyOf({ phase, until, task }: Thread): string | undefined {
  if (phase === "waiting" || phase === "retrying") return `until ${until}`;
  if (phase === "running") return `call ${task!.attempt}`;
  return phase === "submitted" ? `job ${task!.jobId}` : undefined;
}
