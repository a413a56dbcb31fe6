import { AwsError, type Principal } from "../../world.ts";
import type { MediaConvertContext } from "../context.ts";
import { JobError } from "../errors.ts";
import type { Plan } from "../ffmpeg/plan.ts";
import { cmafNames, frameName, type Location, s3Uri } from "../names.ts";
import type { Upload } from "./collect.ts";
import type { JobRecord } from "./jobs.ts";
import type { Phases } from "./phases.ts";

/** Files of one job being stored at once; each store is flushed to disk, so waiting is what takes the time. */
const PARALLEL = 8;

/**
 * Throws JobError 1401 when the job's role may not write the outputs, before any work is done. AWS finds out when it
 * uploads; here no part of such a job comes to be stored.
 */
export function authorizeOutputs(context: MediaConvertContext, plan: Plan, principal: Principal) {
  for (const group of plan.groups) {
    if (group.settings.OutputGroupSettings!.Type === "CMAF_GROUP_SETTINGS")
      authorize(context, principal, { bucket: group.base.bucket, key: `${group.base.key}.m3u8` });
    for (const { kind, stem, extension } of group.outputs) {
      const name =
        kind === "frames"
          ? frameName(stem.key, 0)
          : kind === "cmaf"
            ? cmafNames(stem.key, "cmfv").playlist
            : `${stem.key}.${extension}`;
      authorize(context, principal, { bucket: stem.bucket, key: name });
    }
  }
}

function authorize(context: MediaConvertContext, principal: Principal, to: Location) {
  try {
    context.world.authorize(principal, "s3:PutObject", `arn:aws:s3:::${to.bucket}/${to.key}`);
  } catch (error) {
    if (error instanceof AwsError) throw unwritable(to, "Access Denied");
    throw error;
  }
}

/** Moves a job's files into their buckets, playlists after all they name, each with the job's id as AWS has it. */
export async function upload(
  context: MediaConvertContext,
  uploads: Upload[],
  { job, principal }: JobRecord,
  phases: Phases,
  signal: AbortSignal,
) {
  const playlists = uploads.filter(({ to }) => to.key.endsWith(".m3u8"));
  const media = uploads.filter((item) => !playlists.includes(item));
  const metadata = { "mediaconvert-jobid": job.Id };
  let done = 0;
  const send = async ({ file, to, contentType }: Upload) => {
    signal.throwIfAborted();
    authorize(context, principal, to);
    try {
      await context.objects.adopt(to.bucket, to.key, file, { contentType, metadata }, principal);
    } catch (error) {
      if (error instanceof AwsError) throw unwritable(to, error.message);
      throw error;
    }
    phases.fraction = ++done / uploads.length;
  };
  const queue = [...media];
  const worker = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) await send(item);
  };
  // All have ended before the first failure is passed on: their files are about to be removed.
  const results = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
  for (const result of results) if (result.status === "rejected") throw result.reason;
  for (const playlist of playlists) await send(playlist);
}

const unwritable = (to: Location, why: string) =>
  new JobError(1401, `Unable to write to output file [${s3Uri(to)}]: [Failed to write data: ${why}]`);
