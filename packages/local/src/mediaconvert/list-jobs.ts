import type { Context } from "./context.ts";
import { badRequest } from "./errors.ts";
import type { Job } from "./jobs.ts";
import { read } from "./read.ts";

/** Jobs per page when the request does not say, and at most. */
const PAGE = 20;

/** ListJobs: by status and queue, newest first unless `order` is ASCENDING, as AWS does. */
export function listJobs(context: Context, query: URLSearchParams): { Jobs: Job[]; NextToken?: string } {
  const { maxResults, ...texts } = Object.fromEntries(query) as Record<string, string>;
  const request = read(
    "ListJobsRequest",
    { ...texts, ...(maxResults === undefined ? {} : { maxResults: Number(maxResults) }) },
    "wire",
  );
  const { region, account } = context.world;
  const queue: string | undefined = request.Queue;
  const after =
    request.NextToken === undefined ? undefined : Number(Buffer.from(request.NextToken, "base64url").toString());
  if (after !== undefined && !(Number.isSafeInteger(after) && after > 0)) throw badRequest("The nextToken is invalid");
  const { jobs, next } = context.jobs.list({
    status: request.Status,
    queue: queue && (queue.startsWith("arn:") ? queue : `arn:aws:mediaconvert:${region}:${account}:queues/${queue}`),
    newestFirst: request.Order !== "ASCENDING",
    after,
    limit: request.MaxResults ?? PAGE,
  });
  const token = next === undefined ? {} : { NextToken: Buffer.from(String(next)).toString("base64url") };
  return { Jobs: jobs.map(({ job }) => job), ...token };
}
