import type { Role } from "@dropclip/synth/cloud";
import type { Iam } from "../iam/index.ts";
import type { EventBus, ObjectFiles, Principal, Service, World } from "../world.ts";
import { type Context, Slots } from "./context.ts";
import { createJob } from "./create-job.ts";
import { type Job, Jobs } from "./jobs.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { JobQueue } from "./queue.ts";
import { authorizeOnJob, dispatch, failure, operations } from "./service.ts";

export type { Job } from "./jobs.ts";
export type { Limits } from "./limits.ts";

export interface MediaConvertOptions {
  world: World;
  bus: EventBus;
  objects: ObjectFiles;
  /** Decides who may hand a role to a job. */
  iam: Pick<Iam, "passRole">;
  /** The graph's roles; a job names one of them. */
  roles: Role[];
  /** Commands; `ffmpeg` and `ffprobe` when left out. */
  ffmpeg?: string;
  ffprobe?: string;
  /** Milliseconds between STATUS_UPDATE events, in place of each job's StatusUpdateInterval. */
  updateEveryMs?: number;
  limits?: Partial<Limits>;
}

/** MediaConvert on ffmpeg: the service behind the gate, and its jobs for Step Functions in the same process. */
export interface MediaConvert extends Service {
  /** CreateJob with the SDK's member names. Throws AwsError BadRequestException, AccessDenied, ConflictException … */
  createJob(request: Record<string, unknown>, principal: Principal): { Job: Job };
  /** Throws AwsError AccessDenied unless the principal may do that to the job. */
  authorize(principal: Principal, action: "GetJob" | "CancelJob", jobId: string): void;
  /** The job as it stands. Throws AwsError NotFoundException. */
  getJob(jobId: string): Job;
  /** Resolves when the job is COMPLETE, ERROR or CANCELED; rejects with the signal's reason when that comes first. */
  waitForJob(jobId: string, signal?: AbortSignal): Promise<Job>;
  /** Throws AwsError ConflictException when the job is over. */
  cancelJob(jobId: string): void;
  /** Takes up the jobs an earlier process left unfinished; call once at start, when events can be published. */
  resume(): void;
  /** Ends all ffmpegs; unfinished jobs are taken up by the next start. */
  stop(): Promise<void>;
}

export function createMediaConvert(options: MediaConvertOptions): MediaConvert {
  const { world, bus, objects, iam, roles, ffmpeg = "ffmpeg", ffprobe = "ffprobe", updateEveryMs } = options;
  const limits = { ...defaultLimits(), ...options.limits };
  const jobs = new Jobs(world.store);
  const context: Context = {
    world,
    bus,
    objects,
    iam,
    roles,
    ffmpeg,
    ffprobe,
    limits,
    updateEveryMs,
    jobs,
    probeSlots: new Slots(limits.probes),
  };
  const queue = new JobQueue(context);
  const table = operations(context, queue);
  return {
    name: "mediaconvert",
    handle: (call) => dispatch(table, call),
    fail: failure,
    createJob(request, principal) {
      const job = createJob(context, request, "sdk", principal);
      queue.wake();
      return { Job: queue.get(job.Id) };
    },
    authorize: (principal, action, jobId) => authorizeOnJob(context, principal, action, jobId),
    getJob: (jobId) => queue.get(jobId),
    waitForJob: (jobId, signal) => queue.wait(jobId, signal),
    cancelJob: (jobId) => queue.cancel(jobId),
    resume: () => queue.resume(),
    stop: () => queue.stop(),
  };
}
