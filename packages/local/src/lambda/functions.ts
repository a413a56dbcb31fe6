import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { FunctionPermission, LambdaFunction } from "@dropclip/synth/cloud";
import type { QueueSender } from "../ports.ts";
import { AwsError, type LogEntry, type World } from "../world.ts";
import { Builds, COMPILED } from "./builds.ts";
import { type Bundle, Bundles } from "./bundle.ts";
import { Concurrency } from "./concurrency.ts";
import { environmentOf } from "./environment.ts";
import { type Invocation, type Invoked, run } from "./invoker.ts";
import { LogFiles } from "./logs.ts";
import { report } from "./metrics.ts";
import { PidFile } from "./pids.ts";
import { Pool, type Worker } from "./pool.ts";
import { FunctionProcess } from "./process.ts";
import { Recent } from "./recent.ts";
import { mayLog } from "./role.ts";
import { buildRuntime, type RuntimeFiles } from "./runtime-files.ts";

export interface LambdaOptions {
  world: World;
  functions: LambdaFunction[];
  /** The functions' own policies, as they are described. */
  permissions?: FunctionPermission[];
  /** The repository's root, which handler paths start from. */
  root: string;
  /** Replaces deployed URLs in environment values by local ones. */
  localise: (value: string) => string;
  /** Takes the events a function failed on for good; only functions with a dead-letter queue need it. */
  queues?: QueueSender;
  /** Takes the metrics out of the lines that functions log; true for a line of nothing but metrics. */
  embedded?: (text: string, functionName: string) => boolean;
  /** Folder of builds that several clouds share; without one each builds for itself. */
  builds?: string | undefined;
  /** Concurrent invocations of all functions together before they are throttled; AWS's 1,000 when not given. */
  concurrency?: number;
  /** Processes of one function at a time; what comes beyond waits for one. */
  processes?: number;
}

/**
 * A laptop cannot hold a thousand processes: more invocations than this take turns. More processes of one function than
 * there are processors take memory, and no less time: what they wait for runs on this machine too.
 */
const PROCESSES = Math.max(2, availableParallelism());

/** The functions with their bundles, processes and logs. */
export class Functions {
  readonly logs: LogFiles;
  readonly recent = new Recent();
  readonly #options: LambdaOptions;
  readonly #directory: string;
  readonly #bundles: Bundles;
  readonly #pids: PidFile;
  readonly #concurrency: Concurrency;
  readonly #pools = new Map<string, Pool>();
  /** Whether a function's lines are kept, by its name. Asked once: policies do not change while the cloud runs. */
  readonly #kept = new Map<string, boolean>();
  #stopped = false;
  #runtime: Promise<RuntimeFiles> | undefined;

  constructor(options: LambdaOptions) {
    this.#options = options;
    this.#concurrency = new Concurrency(options.functions, options.concurrency);
    this.#directory = join(options.world.directory, "lambda");
    mkdirSync(this.#directory, { recursive: true });
    this.logs = new LogFiles(join(options.world.directory, "logs"));
    this.#bundles = new Bundles(
      options.root,
      this.#directory,
      options.world.store.frozen,
      options.builds ? new Builds(options.builds) : undefined,
    );
    this.#pids = new PidFile(join(this.#directory, "processes"), this.#directory);
  }

  /**
   * Runs an invocation; throws TooManyRequestsException at once when there is no concurrency for it. One that waits for
   * a process counts: on AWS it would run.
   */
  async invoke(invocation: Invocation): Promise<Invoked> {
    const { fn } = invocation;
    const { metrics, clock } = this.#options.world;
    // "The timestamp on an error metric reflects when the function was invoked, not when the error occurred."
    const atMs = clock.now();
    try {
      this.#concurrency.enter(fn);
    } catch (error) {
      report(metrics, fn, "Throttles", 1, { atMs });
      throw error;
    }
    report(metrics, fn, "Throttles", 0, { atMs });
    report(metrics, fn, "Invocations", 1, { atMs });
    this.#concurrency.report(metrics, fn);
    try {
      const pool = this.#pool(fn);
      await pool.enter();
      const invoked = await this.#run(pool, invocation);
      report(metrics, fn, "Errors", invoked.functionError === undefined ? 0 : 1, { atMs });
      report(metrics, fn, "Duration", invoked.durationMs, { atMs, unit: "Milliseconds" });
      return invoked;
    } finally {
      this.#concurrency.leave(fn);
    }
  }

  /** How many invocations are under way. */
  get underWay(): number {
    return this.#concurrency.all;
  }

  /** Builds the function's bundle and starts a process of it; a failure waits for the first invocation. */
  async warm(fn: LambdaFunction) {
    const pool = this.#pool(fn);
    try {
      const worker = await pool.take(await this.#bundles.current(fn));
      if ("process" in worker) pool.give(worker);
    } catch (error) {
      this.#log(fn, "ERROR", String(error));
    }
  }

  async stop() {
    this.#stopped = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
    await this.#bundles.settled();
  }

  async #run(pool: Pool, invocation: Invocation): Promise<Invoked> {
    try {
      const log = (level: string, text: string, requestId?: string) => this.#log(invocation.fn, level, text, requestId);
      return await run({ world: this.#options.world, bundles: this.#bundles, pool, log }, invocation);
    } finally {
      pool.leave();
    }
  }

  #pool(fn: LambdaFunction): Pool {
    let pool = this.#pools.get(fn.name);
    if (!pool) {
      const processes = Math.min(this.#options.processes ?? PROCESSES, this.#concurrency.of(fn));
      pool = new Pool(this.#options.world, fn, processes, async (bundle) =>
        this.#spawn(fn, bundle, await this.#runtimeFiles()),
      );
      this.#pools.set(fn.name, pool);
    }
    return pool;
  }

  #runtimeFiles(): Promise<RuntimeFiles> {
    const { frozen } = this.#options.world.store;
    this.#runtime ??= buildRuntime(join(this.#directory, ".runtime"), frozen).catch((error) => {
      // A disk that was full then may not be for the next invocation.
      this.#runtime = undefined;
      throw error;
    });
    return this.#runtime;
  }

  #spawn(fn: LambdaFunction, bundle: Bundle, runtime: RuntimeFiles): Worker {
    const { world, localise } = this.#options;
    if (this.#stopped) throw new AwsError("ServiceException", "The local cloud is stopping.", 500);
    const stream = this.#stream();
    this.#keeps(fn, stream);
    const startedMs = performance.now();
    const worker: Worker = {
      bundleId: bundle.id,
      bornMs: world.clock.now(),
      process: new FunctionProcess({
        ...runtime,
        env: environmentOf(world, fn, bundle, stream, localise),
        cwd: bundle.directory,
        compileCache: join(bundle.directory, COMPILED),
        memoryMb: fn.memoryMb,
        onLog: (level, text) => (worker.onLog ? worker.onLog(level, text) : this.#log(fn, level, text)),
      }),
    };
    const { pid } = worker.process;
    if (pid !== undefined) {
      this.#pids.add(pid);
      void worker.process.gone().then(() => this.#pids.delete(pid));
    }
    void worker.process.ready.then(() => {
      worker.initMs = performance.now() - startedMs;
    });
    return worker;
  }

  /** Name of a new log stream. */
  #stream(): string {
    const { clock, uuid } = this.#options.world;
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    return `${day}/[$LATEST]${uuid().replaceAll("-", "")}`;
  }

  #keeps(fn: LambdaFunction, stream?: string): boolean {
    let kept = this.#kept.get(fn.name);
    if (kept === undefined) {
      kept = mayLog(this.#options.world, fn, stream ?? this.#stream());
      this.#kept.set(fn.name, kept);
    }
    return kept;
  }

  #log(fn: LambdaFunction, level: string, text: string, requestId?: string) {
    // Output of a process that a stop breaks off is not logged as its own failure.
    if (this.#stopped || !this.#keeps(fn)) return;
    this.logs.append(fn.name, text);
    this.recent.add(fn.name, this.#options.world.clock.now(), text);
    const isMetrics = this.#options.embedded?.(text, fn.name) === true;
    const detail = requestId ? { requestId } : {};
    this.#options.world.log({
      service: "lambda",
      // Read by CloudWatch, not by people.
      level: isMetrics ? "debug" : (LEVELS[level] ?? "info"),
      message: text,
      function: fn.name,
      ...detail,
    });
  }
}

const LEVELS: Record<string, LogEntry["level"]> = {
  TRACE: "debug",
  DEBUG: "debug",
  INFO: "info",
  WARN: "warn",
  ERROR: "error",
};
