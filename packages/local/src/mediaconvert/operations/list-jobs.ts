import { badRequest } from "../errors.ts";
import { read, toWire } from "../model/read.ts";
import type { Operation } from "../state.ts";

/** Jobs per page when the request does not say, and at most. */
const PAGE = 20;

/** By status and queue, newest first unless `order` is ASCENDING, as AWS does. */
export const listJobs: Operation = ({ world, jobs, queue }, { query }, { principal }) => {
  const { region, account } = world;
  world.authorize(principal, "mediaconvert:ListJobs", `arn:aws:mediaconvert:${region}:${account}:queues/*`);
  const { maxResults, ...texts } = Object.fromEntries(query) as Record<string, string>;
  const request = read(
    "ListJobsRequest",
    { ...texts, ...(maxResults === undefined ? {} : { maxResults: Number(maxResults) }) },
    "wire",
  );
  const named: string | undefined = request.Queue;
  const after =
    request.NextToken === undefined ? undefined : Number(Buffer.from(request.NextToken, "base64url").toString());
  if (after !== undefined && !(Number.isSafeInteger(after) && after > 0)) throw badRequest("The nextToken is invalid");
  const found = jobs.list({
    status: request.Status,
    queue: named && (named.startsWith("arn:") ? named : `arn:aws:mediaconvert:${region}:${account}:queues/${named}`),
    newestFirst: request.Order !== "ASCENDING",
    after,
    limit: request.MaxResults ?? PAGE,
  });
  const token = found.next === undefined ? {} : { NextToken: Buffer.from(String(found.next)).toString("base64url") };
  // Their progress up to the moment.
  const Jobs = found.jobs.map(({ job }) => queue.get(job.Id));
  return { body: toWire("ListJobsResponse", { Jobs, ...token }) };
};
