import type { Queue } from "@dropclip/synth/cloud";
import type { Input, JsonOperation } from "../protocol/json.ts";
import { AwsError, type Call, type World } from "../world.ts";
import type { Activity } from "./activity.ts";
import { missingParameter } from "./errors.ts";
import type { Messages } from "./messages.ts";

/** What the operations work on. */
export interface SqsState {
  world: World;
  queues: Queue[];
  messages: Messages;
  activity: Activity;
  /** Aborts when the service stops: long polls end. */
  stopped: AbortSignal;
}

export type Operation = JsonOperation<SqsState>;

export function queueUrl(world: World, queue: Queue): string {
  return `${world.endpoint()}/${world.account}/${queue.name}`;
}

/** The queue a call names by its URL, if the caller may do `action` to it. Only the URL's path tells queues apart. */
export function authorizedQueue(
  { world, queues, activity }: SqsState,
  input: Input,
  call: Call,
  action: string,
): Queue {
  if (typeof input.QueueUrl !== "string" || input.QueueUrl === "") throw missingParameter("QueueUrl");
  const [account = world.account, name = ""] = input.QueueUrl.split("/").slice(-2);
  const queue = authorized(world, queues, call, action, account, name);
  activity.used(queue);
  return queue;
}

export function authorized(
  world: World,
  queues: Queue[],
  call: Call,
  action: string,
  account: string,
  name: string,
): Queue {
  const arn = `arn:aws:sqs:${world.region}:${account}:${name}`;
  world.authorize(call.principal, `sqs:${action}`, arn);
  const queue = queues.find((candidate) => candidate.arn === arn);
  if (queue) return queue;
  throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.", 400);
}
