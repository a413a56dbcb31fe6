import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "../../disk/fault.ts";
import { record as recorded } from "../../disk/record.ts";
import type { ObjectFile } from "../../ports.ts";
import { existingTags } from "../../s3/tags.ts";
import { AwsError } from "../../world.ts";
import type { MediaConvertContext } from "../context.ts";
import { JobError } from "../errors.ts";
import { outside } from "../ffmpeg/clip.ts";
import { command } from "../ffmpeg/command.ts";
import { folderBytes, transcode } from "../ffmpeg/ffmpeg.ts";
import { inspect } from "../ffmpeg/inspect.ts";
import { planJob } from "../ffmpeg/plan.ts";
import { parseS3Uri } from "../names.ts";
import { collect, type Finished } from "./collect.ts";
import { completion, inputInformation, publish } from "./events.ts";
import type { Job, JobRecord } from "./jobs.ts";
import { report } from "./metrics.ts";
import type { Phases } from "./phases.ts";
import { assumeRole } from "./roles.ts";
import { sendUpdates } from "./updates.ts";
import { authorizeOutputs, upload } from "./upload.ts";

/** Where each running job has a folder for ffmpeg's files. */
export const scratchRoot = (context: MediaConvertContext) => join(context.world.directory, "mediaconvert");

/** A job that ran out of room begins again when there is this much of what it had written by then: it was not done. */
const ROOM_FACTOR = 2;

/**
 * Takes a job that is PROGRESSING from its input to COMPLETE or ERROR, each with its event in one transaction. One that
 * fails while the disk takes no writes begins again when there is room. When `signal` aborts, everything stops and the
 * job keeps the state that the abort left.
 */
export async function runJob(
  context: MediaConvertContext,
  record: JobRecord,
  phases: Phases,
  signal: AbortSignal,
): Promise<void> {
  const { job } = record;
  const scratch = join(scratchRoot(context), job.Id);
  const { disk } = context.world.store;
  try {
    for (let attempt = 0; ; attempt++) {
      const mark = disk.mark();
      if (attempt > 0) job.RetryCount = (job.RetryCount ?? 0) + 1;
      const outcome = await ended(context, record, phases, scratch, signal);
      if (signal.aborted) return;
      if (outcome instanceof Error && disk.failedSince(mark)) {
        const bytes = await folderBytes(scratch);
        await rm(scratch, { recursive: true, force: true });
        await disk.room(signal, ROOM_FACTOR * bytes);
        continue;
      }
      const keep = () => (outcome instanceof Error ? fail(context, job, outcome) : complete(context, job, outcome));
      return await recorded(disk, keep, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await recorded(disk, () => context.jobs.savePid(job.Id, null), signal).catch(() => undefined);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** How one attempt ended: with its files in their buckets, or why not. */
async function ended(
  context: MediaConvertContext,
  record: JobRecord,
  phases: Phases,
  scratch: string,
  signal: AbortSignal,
): Promise<Finished | Error> {
  try {
    phases.enter("PROBING");
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    return await work(context, record, phases, scratch, signal);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function work(
  context: MediaConvertContext,
  record: JobRecord,
  phases: Phases,
  scratch: string,
  signal: AbortSignal,
): Promise<Finished> {
  const { job, principal } = record;
  const settings = job.Settings!.Inputs![0]!;
  const uri = settings.FileInput!;
  assumeRole(context, job, uri);
  const input = openInput(context, record, uri);
  const source = await inspect(context, input.path, uri, signal);
  publish(context, job, "INPUT_INFORMATION", inputInformation(source, uri));
  const plan = planJob(job.Id, job.Settings!, source, context.limits);
  authorizeOutputs(context, plan, principal);
  enter(context, job, phases, "TRANSCODING");
  const over = new AbortController();
  const short = new AbortController();
  sendUpdates(context, job, phases, AbortSignal.any([signal, over.signal]));
  try {
    const { start = 0, end = Number.POSITIVE_INFINITY } = plan.clip;
    const whole = source.durationSeconds && Math.min(source.durationSeconds, end) - start;
    await transcode(context, {
      args: command(plan, input.path, context.limits),
      scratch,
      uri,
      durationSeconds: whole,
      signal: AbortSignal.any([signal, short.signal]),
      onStart: (pid) => context.jobs.savePid(job.Id, pid),
      onProgress: ({ frames, seconds }) => {
        phases.frames = frames;
        phases.fraction = whole && Math.min(1, seconds / whole);
        // What is kept in reserve is not for media: the job gives back what it has taken and waits.
        const trouble = context.world.store.disk.look();
        if (trouble) short.abort(new StorageError(`${trouble}.`));
      },
    });
    const finished = await collect(plan, scratch).catch((error) => {
      // Whether a clip lies within its input shows when it is cut out: a header may state any length.
      throw error instanceof JobError && settings.InputClippings?.length ? outside(settings) : error;
    });
    enter(context, job, phases, "UPLOADING");
    await upload(context, finished.uploads, record, phases, signal);
    return finished;
  } finally {
    over.abort();
  }
}

function enter(context: MediaConvertContext, job: Job, phases: Phases, phase: "TRANSCODING" | "UPLOADING") {
  phases.enter(phase);
  job.CurrentPhase = phase;
  job.JobPercentComplete = phases.percent;
  context.jobs.save(job);
}

function openInput(context: MediaConvertContext, { principal }: JobRecord, uri: string): ObjectFile {
  const { bucket, key } = parseS3Uri(uri)!;
  const failed = (why: string) =>
    new JobError(1010, `Unable to open input file [${uri}]: [Failed probe/open: [Failed to read data: ${why}]]`);
  const object = context.objects.find(bucket, key);
  try {
    context.world.authorize(principal, "s3:GetObject", `arn:aws:s3:::${bucket}/${key}`, existingTags(object?.tags));
  } catch (error) {
    if (error instanceof AwsError) throw failed("AccessDenied");
    throw error;
  }
  if (!object) throw failed("HeadObject failed");
  return object;
}

function complete(context: MediaConvertContext, job: Job, finished: Finished) {
  const { world, jobs } = context;
  job.Status = "COMPLETE";
  job.JobPercentComplete = 100;
  job.Timing.FinishTime = Math.floor(world.clock.now() / 1000);
  job.OutputGroupDetails = finished.groups.map(({ outputs }) => ({
    OutputDetails: outputs.map(({ durationMs, size }) => ({
      DurationInMs: durationMs,
      ...(size ? { VideoDetails: { HeightInPx: size.height, WidthInPx: size.width } } : {}),
    })),
  }));
  world.store.transaction(() => {
    if (!jobs.save(job)) return;
    publish(context, job, "COMPLETE", completion(finished));
    world.store.afterCommit(() => report(world, job, finished));
  });
}

function fail(context: MediaConvertContext, job: Job, error: unknown) {
  const { world, jobs } = context;
  const known = error instanceof JobError ? error : undefined;
  if (!known)
    world.log({ service: "mediaconvert", level: "error", message: `job ${job.Id} failed`, error: String(error) });
  job.Status = "ERROR";
  job.ErrorCode = known?.code ?? 1999;
  job.ErrorMessage = known?.message ?? `Unexpected error: ${error instanceof Error ? error.message : String(error)}`;
  job.Timing.FinishTime = Math.floor(world.clock.now() / 1000);
  world.store.transaction(() => {
    if (!jobs.save(job)) return;
    publish(context, job, "ERROR", { errorCode: job.ErrorCode, errorMessage: job.ErrorMessage });
    world.store.afterCommit(() => report(world, job));
  });
}
