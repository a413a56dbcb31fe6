import type { EventBus, Job, JobRunner } from "@dropclip/local/ports";
import { AwsError, type World } from "@dropclip/local/world";
import { type Quotas, TokenBucket } from "./quotas.ts";
import { jitter, type Random } from "./random.ts";
import { Tally } from "./tally.ts";

/** Time until a job that has left the queue begins to convert. Assumed. */
const PROVISIONING_MS = 10_000;
/** Converting time per second of clip, for the rungs of a 1080p30 ladder side by side. Assumed. */
const MS_PER_CLIP_SECOND = 1_000;
/** MediaConvert user guide: the first STATUS_UPDATE comes about a minute after processing began. */
const FIRST_UPDATE_MS = 60_000;
/** The interval that the state machine asks for: SECONDS_10. */
const UPDATE_MS = 10_000;

interface Parts {
  world: World;
  quotas: Quotas;
  bus: () => EventBus;
  random: Random;
  /** Length in seconds of the clip that a job's UserMetadata names. */
  clipSeconds: (request: any) => number;
}

interface Queued {
  job: Job;
  request: any;
  ended: PromiseWithResolvers<Job>;
}

/** A model of MediaConvert's quotas: CreateJob is throttled, and jobs wait in their queue for a slot. */
export class MediaConvert implements JobRunner {
  readonly throttles = new Tally();
  /** Throttles of one file at one operation. */
  readonly refusals = new Tally();
  clipSeconds = 0;
  jobs = 0;
  readonly #parts: Parts;
  readonly #createJob: TokenBucket;
  readonly #probe: TokenBucket;
  readonly #known = new Map<string, Queued>();
  readonly #waiting: Queued[] = [];
  #running = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#createJob = new TokenBucket(parts.world.clock, parts.quotas.createJob);
    this.#probe = new TokenBucket(parts.world.clock, parts.quotas.probe);
  }

  /** Takes a Probe, or returns false when it is throttled. */
  probe(url: string): boolean {
    return this.#probe.take() || this.#refuse("Probe", url);
  }

  createJob(request: any) {
    if (!this.#createJob.take()) {
      this.#refuse("CreateJob", request.UserMetadata.uploadId);
      throw new AwsError("TooManyRequestsException", "Too Many Requests", 429);
    }
    const queued: Queued = {
      job: { Id: `job-${this.jobs++}`, Status: "SUBMITTED" },
      request,
      ended: Promise.withResolvers<Job>(),
    };
    this.#known.set(queued.job.Id, queued);
    this.#waiting.push(queued);
    this.#next();
    return { Job: queued.job };
  }

  authorize() {
    // The model checks no permissions.
  }

  waitForJob(jobId: string, signal: AbortSignal): Promise<Job> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      void this.#known.get(jobId)!.ended.promise.then(resolve);
    });
  }

  cancelJob(jobId: string) {
    const index = this.#waiting.findIndex(({ job }) => job.Id === jobId);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  #refuse(operation: string, what: string): false {
    this.throttles.add(operation);
    this.refusals.add(`${operation} ${what}`);
    return false;
  }

  #next() {
    while (this.#running < this.#parts.quotas.concurrentJobs) {
      const queued = this.#waiting.shift();
      if (!queued) return;
      this.#running++;
      void this.#run(queued);
    }
  }

  async #run({ job, request, ended }: Queued) {
    const { clock } = this.#parts.world;
    const seconds = this.#parts.clipSeconds(request);
    const lastsMs = jitter(PROVISIONING_MS + seconds * MS_PER_CLIP_SECOND, this.#parts.random);
    const endMs = Math.round(clock.now() + lastsMs);
    for (let wait = FIRST_UPDATE_MS; clock.now() + wait < endMs; wait = UPDATE_MS) {
      await clock.sleep(wait);
      this.#tell(job, request);
    }
    await clock.sleep(endMs - clock.now());
    this.clipSeconds += seconds;
    this.#known.delete(job.Id);
    this.#running--;
    ended.resolve({ ...job, Status: "COMPLETE" });
    this.#next();
  }

  #tell({ Id: jobId }: Job, request: any) {
    const { Queue: queue, UserMetadata: userMetadata } = request;
    this.#parts.bus().publish({
      source: "aws.mediaconvert",
      detailType: "MediaConvert Job State Change",
      resources: [],
      detail: { queue, jobId, userMetadata, status: "STATUS_UPDATE", jobProgress: { jobPercentComplete: 50 } },
    });
  }
}
