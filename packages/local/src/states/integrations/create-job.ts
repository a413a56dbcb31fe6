import { randomUUID } from "node:crypto";
import type { Job, JobRunner } from "../../ports.ts";
import { AwsError, type Principal } from "../../world.ts";
import { StateError } from "../errors.ts";
import type { Json, JsonObject } from "../types.ts";
import { type Integration, isObject, type TaskCall } from "./integration.ts";
import { sdkMetadata } from "./metadata.ts";

/**
 * `arn:aws:states:::mediaconvert:createJob` and `.sync` (developer guide, "Create an AWS Elemental MediaConvert job").
 */
export function createJob(jobs: JobRunner, sync: boolean): Integration {
  const describe = () => ({
    events: "Task" as const,
    resourceType: "mediaconvert",
    resource: sync ? "createJob.sync" : "createJob",
  });
  const refusal = (_resource: string, fields: JsonObject) =>
    isObject(fields.Tags) && "ManagedByService" in fields.Tags
      ? "the tag ManagedByService is Step Functions' own"
      : undefined;

  /** The tag marks the job as Step Functions' own: its GetJob and CancelJob permissions are scoped on it. */
  const create = ({ arguments: args, token, principal }: TaskCall): Job => {
    const given = args as JsonObject;
    const tags = { ...(given.Tags as JsonObject), ...(sync && { ManagedByService: "AWSStepFunctions" }) };
    const request = { ClientRequestToken: token, ...given, ...(Object.keys(tags).length > 0 && { Tags: tags }) };
    try {
      return jobs.createJob(request, principal).Job;
    } catch (error) {
      throw error instanceof AwsError ? mediaConvertError(error) : error;
    }
  };
  const answer = (job: Job): JsonObject => ({
    Job: plain(job),
    ...sdkMetadata(randomUUID(), 201, { "Content-Type": "application/json" }),
  });

  if (!sync) return { describe, refusal, call: async (call) => answer(create(call)) };
  return {
    describe,
    refusal,
    submit(call) {
      const job = create(call);
      return { output: answer(job), jobId: job.Id };
    },
    wait: (jobId, principal, signal) => ended(jobs, jobId, principal, signal),
    cancel(jobId, principal) {
      jobs.authorize(principal, "CancelJob", jobId);
      jobs.cancelJob(jobId);
    },
    managedRule: "StepFunctionsGetEventsForMediaConvertJobRule",
  };
}

/**
 * AWS does not document the error of a job that failed; `States.TaskFailed` with the job as cause is matched by every
 * catcher for it.
 */
async function ended(jobs: JobRunner, jobId: string, principal: Principal, signal: AbortSignal): Promise<Json> {
  let job: Job;
  try {
    // Step Functions looks at the job as well, should its event go astray.
    jobs.authorize(principal, "GetJob", jobId);
    job = await jobs.waitForJob(jobId, signal);
  } catch (error) {
    throw error instanceof AwsError ? mediaConvertError(error) : error;
  }
  if (job.Status !== "COMPLETE") throw new StateError("States.TaskFailed", JSON.stringify(job));
  return { Job: plain(job) };
}

/** A job as JSON, detached from the runner's own. */
function plain(job: Job): Json {
  return JSON.parse(JSON.stringify(job));
}

const MODELLED = new Set([
  "BadRequestException",
  "ConflictException",
  "ForbiddenException",
  "InternalServerErrorException",
  "NotFoundException",
  "ServiceQuotaExceededException",
  "TooManyRequestsException",
]);

function mediaConvertError({ code, message, status }: AwsError): StateError {
  const name = MODELLED.has(code) ? code : "MediaConvertException";
  const tail = `Service: MediaConvert, Status Code: ${status}, Request ID: ${randomUUID()}`;
  return new StateError(`MediaConvert.${name}`, `${message} (${tail})`);
}
