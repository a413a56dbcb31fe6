import { AwsError, type Call, type Principal } from "../world.ts";
import type { Context } from "./context.ts";
import { createJob } from "./create-job.ts";
import { badRequest } from "./errors.ts";
import { listJobs } from "./list-jobs.ts";
import { OPERATIONS } from "./model.ts";
import { probe } from "./probe.ts";
import type { JobQueue } from "./queue.ts";
import { toWire } from "./read.ts";

interface Answer {
  status: number;
  /** Shape of the response, and the response with the SDK's member names. */
  shape?: string;
  body?: unknown;
}

type Operation = (call: Call, id: string) => Answer | Promise<Answer>;

/** What is answered here; the service model's other operations are refused by name. */
export function operations(context: Context, queue: JobQueue): Record<string, Operation> {
  const { world } = context;
  const arn = (path: string) => `arn:aws:mediaconvert:${world.region}:${world.account}:${path}`;
  const onJob = ({ principal }: Call, action: string, id: string) => authorizeOnJob(context, principal, action, id);
  return {
    CreateJob(call) {
      const job = createJob(context, json(call), "wire", call.principal);
      queue.wake();
      return { status: 201, shape: "GetJobResponse", body: { Job: job } };
    },
    GetJob(call, id) {
      onJob(call, "GetJob", id);
      return { status: 200, shape: "GetJobResponse", body: { Job: queue.get(id) } };
    },
    CancelJob(call, id) {
      onJob(call, "CancelJob", id);
      queue.cancel(id);
      return { status: 202, body: {} };
    },
    ListJobs(call) {
      world.authorize(call.principal, "mediaconvert:ListJobs", arn("queues/*"));
      const { Jobs, ...rest } = listJobs(context, call.url.searchParams);
      return { status: 200, shape: "ListJobsResponse", body: { Jobs: Jobs.map(({ Id }) => queue.get(Id)), ...rest } };
    },
    async Probe(call) {
      return { status: 200, shape: "ProbeResponse", body: await probe(context, json(call), "wire", call.principal) };
    },
  };
}

/** Throws AccessDenied unless the principal may do that to the job, whose tags policies can look at. */
export function authorizeOnJob({ world, jobs }: Context, principal: Principal, action: string, id: string) {
  const tags = Object.entries(jobs.find(id)?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  const arn = `arn:aws:mediaconvert:${world.region}:${world.account}:jobs/${id}`;
  world.authorize(principal, `mediaconvert:${action}`, arn, Object.fromEntries(tags));
}

/** Answers a call by the operation its method and path name. */
export async function dispatch(table: Record<string, Operation>, call: Call) {
  const { name, id } = route(call);
  const operation = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!operation) throw new AwsError("NotImplemented", `not supported by the local MediaConvert: ${name}`, 501);
  const { status, shape, body } = await operation(call, id);
  respond(call, status, shape ? toWire(shape, body) : body);
}

function route({ method, url }: Call): { name: string; id: string } {
  for (const [name, pattern] of OPERATIONS) {
    const [verb, path] = pattern.split(" ") as [string, string];
    if (verb !== method) continue;
    const match = new RegExp(`^${path.replace(/\{\w+\}/, "([^/]+)")}$`).exec(url.pathname);
    if (match) return { name, id: decode(match[1] ?? "") };
  }
  throw new AwsError("UnknownOperationException", `MediaConvert has no operation ${method} ${url.pathname}`, 404);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest("The path is not properly encoded");
  }
}

function json({ body }: Call): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw badRequest("The request body is not valid JSON");
  }
}

/** REST-JSON: the error's code is a header, its message the body. */
export function failure(call: Call, error: AwsError) {
  call.response.setHeader("x-amzn-errortype", error.code);
  respond(call, error.status, { message: error.message });
}

function respond({ response, requestId }: Call, status: number, body: unknown) {
  response.writeHead(status, { "content-type": "application/json", "x-amzn-requestid": requestId });
  response.end(JSON.stringify(body ?? {}));
}
