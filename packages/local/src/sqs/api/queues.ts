import { AwsError } from "../../world.ts";
import { authorized, authorizedQueue, type Operation, queueUrl } from "../context.ts";
import { missingParameter } from "../errors.ts";
import { MESSAGE_BYTES } from "./send-message.ts";

export const getQueueUrl: Operation = ({ world, queues }, input, call) => {
  if (typeof input.QueueName !== "string") throw missingParameter("QueueName");
  const account = input.QueueOwnerAWSAccountId ?? world.account;
  return { QueueUrl: queueUrl(world, authorized(world, queues, call, "GetQueueUrl", account, input.QueueName)) };
};

export const listQueues: Operation = ({ world, queues }, input, call) => {
  world.authorize(call.principal, "sqs:ListQueues", "*");
  const found = queues.filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ""));
  return found.length > 0 ? { QueueUrls: found.map((queue) => queueUrl(world, queue)) } : {};
};

export const purgeQueue: Operation = (context, input, call) => {
  context.messages.purge(authorizedQueue(context, input, call, "PurgeQueue"));
  return {};
};

export const getQueueAttributes: Operation = (context, input, call) => {
  const queue = authorizedQueue(context, input, call, "GetQueueAttributes");
  const { visible, inFlight, delayed } = context.messages.count(queue);
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.messageRetentionSeconds),
    MaximumMessageSize: String(MESSAGE_BYTES),
    DelaySeconds: "0",
    ReceiveMessageWaitTimeSeconds: "0",
    ...(queue.policy ? { Policy: JSON.stringify(queue.policy) } : {}),
  };
  const names: unknown[] = Array.isArray(input.AttributeNames) ? input.AttributeNames : [];
  const unknown = names.find((name) => name !== "All" && !KNOWN.has(String(name)));
  if (unknown !== undefined) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${String(unknown)}.`, 400);
  const Attributes = Object.fromEntries(
    Object.entries(all).filter(([name]) => names.includes("All") || names.includes(name)),
  );
  return Object.keys(Attributes).length > 0 ? { Attributes } : {};
};

/** All a caller may ask for; those a queue does not have are left out of the answer. */
const KNOWN = new Set([
  "QueueArn",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "VisibilityTimeout",
  "MessageRetentionPeriod",
  "MaximumMessageSize",
  "DelaySeconds",
  "ReceiveMessageWaitTimeSeconds",
  "Policy",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "SqsManagedSseEnabled",
]);
