import { createHash, randomInt } from "node:crypto";
import type { CreateJobRequest } from "@aws-sdk/client-mediaconvert";
import type { Principal } from "../../world.ts";
import type { MediaConvertContext } from "../context.ts";
import { conflict, notFound, unsupported } from "../errors.ts";
import { checkSettings } from "../model/check.ts";
import { read, type Spelling } from "../model/read.ts";
import { refuseUntranslated } from "../model/support.ts";
import type { Job } from "./jobs.ts";
import { authorizePassRole, findRole, jobPrincipal } from "./roles.ts";

/** A client request token counts for one minute after the request that brought it. */
const TOKEN_MS = 60_000;

/** Validates and stores a job; the queue is to be woken afterwards. Durable when it returns. */
export function create(context: MediaConvertContext, request: unknown, spelling: Spelling, principal: Principal): Job {
  const { world, jobs } = context;
  const valid: CreateJobRequest = read("CreateJobRequest", request, spelling);
  const queue = queueArn(context, valid.Queue);
  const tags = valid.Tags ?? {};
  // Tagging a new job asks for no permission of its own (service authorization reference, CreateJob).
  const tagContext = {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(valid.Tags ? { "aws:TagKeys": Object.keys(tags) } : {}),
  };
  world.authorize(principal, "mediaconvert:CreateJob", queue, tagContext);
  authorizePassRole(context, principal, valid.Role!);
  refuseUntranslated(valid);
  checkSettings(valid.Settings!);
  const role = findRole(context, valid.Role!);
  const { ClientRequestToken: token } = valid;
  const fingerprint = createHash("sha256")
    .update(JSON.stringify({ ...valid, ClientRequestToken: undefined }))
    .digest("hex");
  return world.store.transaction(() => {
    const earlier = token && jobs.findToken(token, world.clock.now() - TOKEN_MS);
    if (earlier) {
      if (earlier.request !== fingerprint) throw conflict("The client request token was used for a different job");
      return jobs.find(earlier.jobId)!.job;
    }
    const job = newJob(context, valid, queue);
    jobs.insert({ job, tags, principal: jobPrincipal(world, role, job.Id), pid: null });
    if (token) jobs.saveToken(token, job.Id, fingerprint, world.clock.now());
    return job;
  });
}

function newJob({ world }: MediaConvertContext, request: CreateJobRequest, queue: string): Job {
  const now = Math.floor(world.clock.now() / 1000);
  const id = jobId(world.clock.now());
  return {
    Arn: `arn:aws:mediaconvert:${world.region}:${world.account}:jobs/${id}`,
    Id: id,
    CreatedAt: now,
    Status: "SUBMITTED",
    Queue: queue,
    Role: request.Role,
    Settings: request.Settings,
    UserMetadata: request.UserMetadata ?? {},
    Priority: request.Priority ?? 0,
    StatusUpdateInterval: request.StatusUpdateInterval ?? "SECONDS_60",
    AccelerationSettings: request.AccelerationSettings ?? { Mode: "DISABLED" },
    AccelerationStatus: "NOT_APPLICABLE",
    BillingTagsSource: request.BillingTagsSource ?? "JOB",
    SimulateReservedQueue: request.SimulateReservedQueue ?? "DISABLED",
    HopDestinations: [],
    QueueTransitions: [],
    Messages: { Info: [], Warning: [] },
    RetryCount: 0,
    ...(request.ClientRequestToken ? { ClientRequestToken: request.ClientRequestToken } : {}),
    Timing: { SubmitTime: now },
  };
}

/** As AWS's ids are: milliseconds and six characters, `1671476818694-phptj0`. */
function jobId(nowMs: number): string {
  const letters = Array.from({ length: 6 }, () => "abcdefghijklmnopqrstuvwxyz0123456789"[randomInt(36)]);
  return `${nowMs}-${letters.join("")}`;
}

/** The account's only queue here is the one every account has. */
function queueArn({ world }: MediaConvertContext, queue: string | undefined): string {
  const arn = `arn:aws:mediaconvert:${world.region}:${world.account}:queues/Default`;
  if (queue === undefined || queue === "Default" || queue === arn) return arn;
  if (/^(arn:.*:)?queues\/|^[\w-]+$/.test(queue)) throw notFound(`Queue '${queue}' not found`);
  throw unsupported(`/queue ${queue}`);
}
