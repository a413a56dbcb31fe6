import type { RestJsonOperation } from "../protocol/rest-json.ts";
import type { Principal } from "../world.ts";
import type { MediaConvertContext } from "./context.ts";
import { badRequest } from "./errors.ts";
import type { JobQueue } from "./job/queue.ts";

/** What the operations work on. */
export interface MediaConvertState extends MediaConvertContext {
  queue: JobQueue;
}

export type Operation = RestJsonOperation<MediaConvertState>;

/** Throws AccessDenied unless the principal may do that to the job, whose tags policies can look at. */
export function authorizeOnJob({ world, jobs }: MediaConvertContext, principal: Principal, action: string, id: string) {
  const tags = Object.entries(jobs.find(id)?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  const arn = `arn:aws:mediaconvert:${world.region}:${world.account}:jobs/${id}`;
  world.authorize(principal, `mediaconvert:${action}`, arn, Object.fromEntries(tags));
}

/** The JSON of a request's body. Throws BadRequestException where it is none. */
export function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw badRequest("The request body is not valid JSON");
  }
}
