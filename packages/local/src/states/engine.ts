import { StorageError } from "../disk/fault.ts";
import { AwsError, type World } from "../world.ts";
import { Effects } from "./effects.ts";
import { HistoryLimitError } from "./errors.ts";
import type { Find } from "./integrations/integration.ts";
import { endExecution } from "./interpreter/end.ts";
import type { Environment } from "./interpreter/environment.ts";
import { step } from "./interpreter/interpreter.ts";
import { Run } from "./interpreter/run.ts";
import { HISTORY_EVENTS } from "./limits.ts";
import type { Records } from "./records.ts";
import { rolePrincipal } from "./role.ts";
import type { Execution } from "./types.ts";

/** Steps taken before what they did is saved and others get their turn. */
const STEPS_PER_TURN = 64;

/** An execution that is going on. */
class Active {
  readonly run: Run;
  readonly effects: Effects;
  /** Work to be done between two steps. */
  readonly inbox: (() => Promise<void> | void)[] = [];
  pumping = false;

  constructor(run: Run, effectsOf: (active: Active) => Effects) {
    this.run = run;
    this.effects = effectsOf(this);
  }
}

export interface EngineParts {
  world: World;
  records: Records;
  env: Environment;
  find: Find;
  /** Called within the transaction that saves an execution's end. */
  ended(execution: Execution): void;
  /** Asked before each transition, which waits for what it answers. */
  pace?: () => Promise<void> | undefined;
}

/**
 * Runs executions: takes their threads' steps, saves events and resumable state in one transaction, and only then
 * starts what the threads wait for. Everything done to one run is done in turn, never within a step.
 */
export class Engine {
  readonly #parts: EngineParts;
  readonly #active = new Map<number, Active>();
  #idle: (() => void)[] = [];
  #stopped = false;
  readonly #ended = new AbortController();

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  runs({ id }: Execution): boolean {
    return this.#active.has(id);
  }

  /** Loads an execution as it was last saved. */
  load(execution: Execution): Run {
    const { records, world } = this.#parts;
    const definition = records.definition(execution.definition);
    return new Run(execution, definition, records.threads(execution), () => world.clock.now());
  }

  /**
   * Takes up a saved run. Calls that were in flight are made again, with their whole time: the old ones' answers are
   * lost.
   */
  begin(run: Run) {
    if (!this.#stopped) this.#begin(run);
  }

  #begin(run: Run): Active {
    const { world, env, find } = this.#parts;
    const active = new Active(run, (each) => {
      const signal = (work: () => Promise<void> | void) => this.#signal(each, work);
      return new Effects({ world, env, find, run, signal, saveWith: (work) => this.#save(each, work) });
    });
    this.#active.set(run.execution.id, active);
    for (const thread of run.threads.values()) {
      if (thread.aborted) continue;
      const steps = thread.phase === "enter" || thread.phase === "attempt";
      if (steps && !run.ready.includes(thread.id)) run.ready.push(thread.id);
      const { task } = thread;
      if (thread.phase === "running" && task?.deadline !== undefined) {
        task.deadline = run.now() + task.timeoutSeconds! * 1000;
        run.changed.add(thread.id);
      }
    }
    this.#signal(active, () => {
      for (const id of run.threads.keys()) active.effects.arm(id);
    });
    return active;
  }

  /** Ends an execution from outside, durably when it resolves; one that has ended by itself meanwhile stays so. */
  async stopExecution(execution: Execution, told: { error?: string; cause?: string }): Promise<void> {
    if (this.#stopped) throw new AwsError("ServiceUnavailable", "Step Functions is stopping", 503);
    const active = this.#active.get(execution.id) ?? this.#begin(this.load(execution));
    return new Promise((resolve, reject) => {
      this.#signal(active, () => {
        try {
          // Follows no event (measured on AWS).
          if (active.run.running) endExecution(active.run, "ABORTED", told, 0);
          this.#save(active);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Resolves once no step is taken and no call or job is in flight; timers do not count. */
  async idle(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Lets go of everything; what was saved goes on at the next start. */
  stop() {
    this.#stopped = true;
    this.#ended.abort();
    for (const { effects } of this.#active.values()) effects.release();
    this.#active.clear();
    this.#settle();
  }

  get #busy(): boolean {
    return [...this.#active.values()].some(({ pumping, effects }) => pumping || effects.busy);
  }

  #settle() {
    // No caller waits for it: with thousands of executions, looking at each would cost more than their steps.
    if (this.#idle.length === 0 || this.#busy) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #signal(active: Active, work: () => Promise<void> | void) {
    if (this.#stopped) return;
    active.inbox.push(work);
    if (!active.pumping) void this.#pump(active);
  }

  async #pump(active: Active) {
    active.pumping = true;
    try {
      for (let steps = 1; !this.#stopped; steps++) {
        const more = await this.#step(active);
        if (this.#stopped || (more && steps % STEPS_PER_TURN !== 0)) continue;
        this.#save(active);
        if (more) await new Promise((resolve) => setImmediate(resolve));
        else if (active.inbox.length === 0) break;
      }
    } catch (error) {
      // The store failed: this run goes on from what was saved, at the next start if not before.
      this.#release(active);
      if (error instanceof StorageError) void this.#goOn(active.run.execution);
      else this.#log(error);
    } finally {
      active.pumping = false;
      this.#settle();
    }
  }

  /** One piece of work or one thread's step; false when there is neither. */
  async #step({ run, inbox }: Active): Promise<boolean> {
    const work = inbox.shift();
    if (work) await this.#survive(run, work);
    else {
      const id = run.ready.shift();
      if (id === undefined) return false;
      const thread = run.threads.get(id);
      if (thread && !thread.aborted) {
        await this.#parts.pace?.();
        await this.#survive(run, () => step(this.#parts.env, run, thread));
      }
    }
    return true;
  }

  /** A failure that is not the execution's own ends it all the same. */
  async #survive(run: Run, work: () => Promise<void> | void) {
    try {
      await work();
    } catch (error) {
      if (!run.running || error instanceof StorageError) throw error;
      const limit = error instanceof HistoryLimitError;
      const cause = limit
        ? `The execution reached the maximum number of history events (${HISTORY_EVENTS}).`
        : `Internal error of the local cloud: ${(error as Error).message}`;
      if (!limit) this.#log(error);
      endExecution(run, "FAILED", { error: "States.Runtime", cause }, run.execution.lastEventId);
    }
  }

  /** Commits what changed, and what `work` does with it; then starts and ends what threads wait for. */
  #save(active: Active, work?: () => void) {
    const { run, effects } = active;
    const { world, records, ended } = this.#parts;
    if (this.#active.get(run.execution.id) !== active) return;
    const unchanged = run.events.length === 0 && run.changed.size === 0 && run.removed.size === 0;
    if (unchanged && !work) return;
    world.store.transaction(() => {
      work?.();
      records.save(run);
      if (!run.running) ended(run.execution);
    });
    const touched = [...run.changed, ...run.removed];
    run.saved();
    if (run.running) for (const id of touched) effects.arm(id);
    else this.#release(active);
    this.#cancelJobs(run);
  }

  /** Takes a run up again once the disk has room. The wait is no time of its own: its deadline moves on with it. */
  async #goOn({ arn }: Execution) {
    const { world, records } = this.#parts;
    const sinceMs = world.clock.now();
    try {
      await world.store.disk.room(this.#ended.signal);
      const execution = records.find(arn);
      if (execution?.status !== "RUNNING" || this.runs(execution)) return;
      if (execution.deadline !== null) execution.deadline += world.clock.now() - sinceMs;
      this.begin(this.load(execution));
    } catch (error) {
      if (!this.#stopped) this.#log(error);
    }
  }

  #release({ run, effects }: Active) {
    effects.release();
    this.#active.delete(run.execution.id);
  }

  /** Best effort, as on AWS: the execution does not hear of a cancellation that fails. */
  #cancelJobs(run: Run) {
    for (const { resource, jobId } of run.cancellations.splice(0)) {
      try {
        this.#parts.find(resource)?.cancel?.(jobId, rolePrincipal(this.#parts.world, run.execution));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const message = `job ${jobId} was not cancelled: ${error.message}`;
        this.#parts.world.log({ service: "states", level: "warn", message });
      }
    }
  }

  #log(error: unknown) {
    this.#parts.world.log({ service: "states", level: "error", message: String((error as Error).stack ?? error) });
  }
}
