import { rmSync } from "node:fs";
import { StorageError } from "../../disk/fault.ts";
import type { MediaConvertContext } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { killOrphan } from "../ffmpeg/child.ts";
import { publish } from "./events.ts";
import { isOver, type Job, type JobRecord } from "./jobs.ts";
import { Phases } from "./phases.ts";
import { runJob, scratchRoot } from "./run-job.ts";

interface Running {
  phases: Phases;
  controller: AbortController;
  done: Promise<void>;
}

/** Runs the submitted jobs, `limits.jobs` at a time, and tells waiting callers when one is over. */
export class JobQueue {
  readonly #context: MediaConvertContext;
  readonly #running = new Map<string, Running>();
  readonly #waiting = new Map<string, Set<(job: Job) => void>>();
  readonly #ended = new AbortController();
  #stopped = false;

  constructor(context: MediaConvertContext) {
    this.#context = context;
  }

  /** Starts what waits, as far as there is room. Call when a job was submitted. */
  wake() {
    try {
      while (!this.#stopped && this.#running.size < this.#context.limits.jobs) {
        const record = this.#context.jobs.next();
        if (!record) return;
        this.#begin(record);
        this.#start(record);
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      // They wait on, until the disk takes their beginning.
      const { disk } = this.#context.world.store;
      disk.room(this.#ended.signal).then(
        () => this.wake(),
        () => {},
      );
    }
  }

  /** Takes up what a process before this one left unfinished, from the beginning, and what waits. */
  resume() {
    const left = this.#context.jobs.progressing().filter(({ job }) => !this.#running.has(job.Id));
    for (const { job, pid } of left) if (pid !== null) killOrphan(pid, job.Id);
    if (this.#running.size === 0) rmSync(scratchRoot(this.#context), { recursive: true, force: true });
    for (const record of left) {
      record.job.RetryCount = (record.job.RetryCount ?? 0) + 1;
      this.#context.jobs.save(record.job);
      this.#start(record);
    }
    this.wake();
  }

  /** The job as it stands, its progress up to the moment. Throws NotFoundException. */
  get(id: string): Job {
    const record = this.#find(id);
    const phases = this.#running.get(id)?.phases;
    if (!phases || isOver(record.job)) return record.job;
    return { ...record.job, CurrentPhase: phases.current, JobPercentComplete: phases.percent };
  }

  /** Throws NotFoundException, or ConflictException when the job is over. */
  cancel(id: string) {
    const { job } = this.#find(id);
    if (isOver(job)) throw conflict(`The job ${id} is ${job.Status} and can not be canceled`);
    const { world, jobs } = this.#context;
    job.Status = "CANCELED";
    job.Timing.FinishTime = Math.floor(world.clock.now() / 1000);
    world.store.transaction(() => {
      jobs.save(job);
      publish(this.#context, job, "CANCELED");
    });
    this.#running.get(id)?.controller.abort(new Error(`job ${id} was canceled`));
    this.#tell(job);
  }

  /**
   * Resolves with the job once it is COMPLETE, ERROR or CANCELED; rejects with the signal's reason when that comes
   * first.
   */
  wait(id: string, signal?: AbortSignal): Promise<Job> {
    const { job } = this.#find(id);
    if (isOver(job)) return Promise.resolve(job);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const waiters = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiters);
      const onAbort = () => {
        waiters.delete(waiter);
        reject(signal?.reason);
      };
      const waiter = (over: Job) => {
        signal?.removeEventListener("abort", onAbort);
        resolve(over);
      };
      waiters.add(waiter);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Stops all work; unfinished jobs stay PROGRESSING and are taken up by the next `resume`. */
  async stop() {
    this.#stopped = true;
    this.#ended.abort();
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort(new Error("the local cloud stops"));
    await Promise.all(running.map(({ done }) => done));
  }

  #find(id: string): JobRecord {
    const record = this.#context.jobs.find(id);
    if (!record) throw notFound(`Job '${id}' not found`);
    return record;
  }

  #begin({ job }: JobRecord) {
    const { world, jobs } = this.#context;
    job.Status = "PROGRESSING";
    job.CurrentPhase = "PROBING";
    job.JobPercentComplete = 0;
    job.Timing.StartTime = Math.floor(world.clock.now() / 1000);
    world.store.transaction(() => {
      jobs.save(job);
      publish(this.#context, job, "PROGRESSING");
    });
  }

  #start(record: JobRecord) {
    const phases = new Phases();
    const controller = new AbortController();
    const { job } = record;
    const done = runJob(this.#context, record, phases, controller.signal)
      .catch((error) => {
        // Recording the end failed (the store is closed or full): the job stays PROGRESSING for the next start.
        this.#context.world.log({
          service: "mediaconvert",
          level: "error",
          message: `job ${job.Id}`,
          error: String(error),
        });
      })
      .finally(() => {
        this.#running.delete(job.Id);
        if (isOver(job)) this.#tell(job);
        if (!this.#stopped) this.wake();
      });
    this.#running.set(job.Id, { phases, controller, done });
  }

  #tell(job: Job) {
    const waiters = this.#waiting.get(job.Id);
    this.#waiting.delete(job.Id);
    for (const waiter of waiters ?? []) waiter(job);
  }
}
