import type { LambdaFunction } from "@dropclip/synth/cloud";
import type { World } from "../world.ts";
import type { Bundle } from "./bundle.ts";
import type { FunctionProcess, Outcome } from "./process.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const IDLE_MS = 60 * SECOND;
/** Lambda gives the init ten seconds before it counts against the function's own timeout. */
const INIT_MS = 10 * SECOND;
/** A session lasts an hour and a function at most 15 minutes: what starts now ends within its session. */
const LONGEST_USE_MS = 40 * MINUTE;

/** Starts a process of a bundle. */
export type Spawn = (bundle: Bundle) => Promise<Worker>;

/** A process with what the pool and the log need to know of it. */
export interface Worker {
  process: FunctionProcess;
  bundleId: string;
  bornMs: number;
  /** Time until the handler was loaded; reported with the first invocation. */
  initMs?: number;
  /** Takes the process's log entries while an invocation runs. */
  onLog?: (level: string, text: string) => void;
}

/** The processes of one function: as many as run at once, kept warm for a while. */
export class Pool {
  readonly #world: World;
  readonly #fn: LambdaFunction;
  readonly #spawn: Spawn;
  /** Invocations that run at once; the others wait their turn. */
  readonly #processes: number;
  readonly #idle: { worker: Worker; reaper: AbortController }[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(world: World, fn: LambdaFunction, processes: number, spawn: Spawn) {
    this.#world = world;
    this.#fn = fn;
    this.#processes = processes;
    this.#spawn = spawn;
  }

  /** Waits for its turn. */
  async enter() {
    // A free place goes to the invocation that waits longest, so that a newer one cannot take it.
    if (this.#busy < this.#processes) this.#busy++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  leave() {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#busy--;
  }

  /** A process of this bundle, warm when there is one. Resolves with how the init failed instead when it did. */
  async take(bundle: Bundle): Promise<Worker | Outcome> {
    for (let entry = this.#idle.pop(); entry; entry = this.#idle.pop()) {
      entry.reaper.abort();
      const { worker } = entry;
      const fresh = worker.bundleId === bundle.id && this.#world.clock.now() - worker.bornMs < LONGEST_USE_MS;
      if (fresh && !worker.process.dead) return worker;
      worker.process.kill();
    }
    const worker = await this.#spawn(bundle);
    this.#all.add(worker);
    void worker.process.gone().then(() => this.#all.delete(worker));
    const limit = new AbortController();
    this.#world.clock.sleep(INIT_MS + this.#fn.timeoutSeconds * SECOND, limit.signal).then(
      () => worker.process.kill(),
      () => undefined,
    );
    const failed = await worker.process.ready;
    limit.abort();
    return failed ?? worker;
  }

  /** Gives a process back; it is ended when it stays unused for a minute. */
  give(worker: Worker) {
    if (worker.process.dead) return;
    const reaper = new AbortController();
    const entry = { worker, reaper };
    this.#idle.push(entry);
    this.#world.clock.sleep(IDLE_MS, reaper.signal).then(
      () => {
        this.#idle.splice(this.#idle.indexOf(entry), 1);
        worker.process.kill();
      },
      () => undefined, // taken again
    );
  }

  /** Ends every process and resolves when they are gone. */
  async stop() {
    for (const { reaper } of this.#idle.splice(0)) reaper.abort();
    const processes = [...this.#all].map((worker) => worker.process);
    for (const process of processes) process.kill({ kind: "exit", code: null, signal: "SIGKILL" });
    await Promise.all(processes.map((process) => process.gone()));
  }
}
