import type { Finished } from "@dropclip/cli";
import { DEMO_EVENT_ID } from "@dropclip/cli/demo";
import { aws } from "../../test/support/aws.ts";
import { apiOf } from "../../test/support/cloud.ts";
import type { Ready } from "../../test/support/cloud-process.ts";

export interface Counts {
  /** Sent, but neither published nor refused. */
  lost: number;
  /** Published twice: two links in the gallery, two executions that published, or two jobs. */
  doubled: number;
  /** Uploads, executions, jobs and events that failed for good. */
  failed: number;
}

type Aws = ReturnType<typeof aws>;

/** Whether all work has ended. */
export async function isSettled(ready: Ready): Promise<boolean> {
  const running = await executions(aws(ready), "RUNNING");
  return running.length === 0;
}

/** Counts the results of the `sent` uploads (`finished` included) once all has settled. */
export async function count(ready: Ready, sent: number, finished: Finished[]): Promise<Counts> {
  const cloud = aws(ready);
  const links = await gallery(ready);
  const media = finished.flatMap(({ upload }) =>
    upload.media.map((each) => ({ ...each, id: `${upload.uploadId}/${each.mediaId}` })),
  );
  const complete = media.filter(({ status }) => status === "complete");
  const all = await executions(cloud);
  const jobs = await allJobs(cloud);
  const published = await publications(cloud, all);
  return {
    lost: sent - finished.length + complete.filter(({ id }) => !links.includes(id)).length,
    doubled:
      repeats(links) +
      repeats(published) +
      repeats(jobs.map(({ userMetadata: one }) => `${one.uploadId}/${one.mediaId}`)),
    failed:
      media.length -
      complete.length +
      all.filter(({ status }) => status !== "SUCCEEDED").length +
      jobs.filter(({ status }) => status !== "COMPLETE").length +
      (await deadLetters(cloud)),
  };
}

const repeats = (ids: string[]) => ids.length - new Set(ids).size;

/** `{uploadId}/{mediaId}` of every link. */
async function gallery({ api }: Ready): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ""; ; ) {
    const { status, body } = await apiOf(api)("GET", `/events/${DEMO_EVENT_ID}/media?limit=100${cursor}`);
    if (status !== 200) throw new Error(`the gallery answered ${status}`);
    ids.push(...body.media.map((one: any) => `${one.uploadId}/${one.mediaId}`));
    if (!body.cursor) return ids;
    cursor = `&cursor=${encodeURIComponent(body.cursor)}`;
  }
}

async function executions(cloud: Aws, statusFilter?: string): Promise<{ executionArn: string; status: string }[]> {
  const { stateMachines } = await cloud.states("ListStateMachines", {});
  const found: { executionArn: string; status: string }[] = [];
  for (const { stateMachineArn } of stateMachines)
    for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
      const page = await cloud.states("ListExecutions", { stateMachineArn, statusFilter, nextToken });
      found.push(...page.executions);
      nextToken = page.nextToken;
    }
  return found;
}

/** What each execution that reached the state "Publish" worked on. */
async function publications(cloud: Aws, all: { executionArn: string }[]): Promise<string[]> {
  const keys: string[] = [];
  for (const { executionArn } of all) {
    const { events } = await cloud.states("GetExecutionHistory", { executionArn, maxResults: 1000 });
    if (!events.some((event: any) => event.stateEnteredEventDetails?.name === "Publish")) continue;
    keys.push(JSON.parse((await cloud.states("DescribeExecution", { executionArn })).input).detail.object.key);
  }
  return keys;
}

async function allJobs(cloud: Aws): Promise<any[]> {
  const jobs: any[] = [];
  for (let token = ""; ; ) {
    const page = await cloud.mediaconvert("GET", `/2017-08-29/jobs?maxResults=20${token}`);
    jobs.push(...page.jobs);
    if (!page.nextToken) return jobs;
    token = `&nextToken=${encodeURIComponent(page.nextToken)}`;
  }
}

/** Messages in all queues: the graph has only dead-letter queues. */
async function deadLetters(cloud: Aws): Promise<number> {
  const { QueueUrls = [] } = await cloud.sqs("ListQueues", {});
  let messages = 0;
  for (const QueueUrl of QueueUrls) {
    const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    const { Attributes } = await cloud.sqs("GetQueueAttributes", { QueueUrl, AttributeNames });
    for (const name of AttributeNames) messages += Number(Attributes[name]);
  }
  return messages;
}
