import type { Role } from "@dropclip/synth/cloud";
import pLimit from "p-limit";
import type { EventBus, JobRunner, ObjectFiles, RolePasser } from "../ports.ts";
import { type RestJsonService, restJson } from "../protocol/rest-json.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Principal, type Service, type World } from "../world.ts";
import type { MediaConvertContext } from "./context.ts";
import { badRequest } from "./errors.ts";
import { create } from "./job/create.ts";
import { type Job, Jobs } from "./job/jobs.ts";
import { JobQueue } from "./job/queue.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { OPERATIONS } from "./model/model.ts";
import { cancelJob } from "./operations/cancel-job.ts";
import { createJob } from "./operations/create-job.ts";
import { getJob } from "./operations/get-job.ts";
import { listJobs } from "./operations/list-jobs.ts";
import { probe } from "./operations/probe.ts";
import { authorizeOnJob, type MediaConvertState } from "./state.ts";

export type { Job } from "./job/jobs.ts";
export type { Limits } from "./limits.ts";

const MEDIA_CONVERT: RestJsonService<MediaConvertState> = {
  name: "mediaconvert",
  protocol: restJson({
    routes: OPERATIONS,
    unroutable: (asked) => new AwsError("UnknownOperationException", `MediaConvert has no operation ${asked}`, 404),
    unknown: (name) => new AwsError("NotImplemented", `not supported by the local MediaConvert: ${name}`, 501),
    undecodable: () => badRequest("The path is not properly encoded"),
    fault: ({ message }) => ({ message }),
  }),
  operations: { CancelJob: cancelJob, CreateJob: createJob, GetJob: getJob, ListJobs: listJobs, Probe: probe },
};

export interface MediaConvertOptions {
  world: World;
  bus: EventBus;
  objects: ObjectFiles;
  /** Decides who may hand a role to a job. */
  iam: RolePasser;
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
export interface MediaConvert extends Service, JobRunner {
  /** CreateJob with the SDK's member names. Throws AwsError BadRequestException, AccessDenied, ConflictException … */
  createJob(request: Record<string, unknown>, principal: Principal): { Job: Job };
  /** The job as it stands. Throws AwsError NotFoundException. */
  getJob(jobId: string): Job;
  /** Resolves when the job is COMPLETE, ERROR or CANCELED; rejects with the signal's reason when that comes first. */
  waitForJob(jobId: string, signal?: AbortSignal): Promise<Job>;
  /** Takes up the jobs an earlier process left unfinished; call once at start, when events can be published. */
  resume(): void;
  /** Ends all ffmpegs; unfinished jobs are taken up by the next start. */
  stop(): Promise<void>;
}

export function createMediaConvert(options: MediaConvertOptions): MediaConvert {
  const { world, bus, objects, iam, roles, ffmpeg = "ffmpeg", ffprobe = "ffprobe", updateEveryMs } = options;
  const limits = { ...defaultLimits(), ...options.limits };
  const context: MediaConvertContext = {
    world,
    bus,
    objects,
    iam,
    roles,
    ffmpeg,
    ffprobe,
    limits,
    updateEveryMs,
    jobs: new Jobs(world.store),
    probeSlot: pLimit(limits.probes),
  };
  const queue = new JobQueue(context);
  return {
    ...serve(MEDIA_CONVERT, { ...context, queue }),
    createJob(request, principal) {
      const job = create(context, request, "sdk", principal);
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
