import { AwsError } from "../../world.ts";
import { authorizedQueue, type Operation } from "../context.ts";
import { MESSAGE_BYTES } from "../new-message.ts";

export const getQueueAttributes: Operation = (service, input, call) => {
  const queue = authorizedQueue(service, input, call, "GetQueueAttributes");
  const { visible, inFlight, delayed } = service.messages.count(queue);
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
    // SQS encrypts a queue that says nothing about it.
    SqsManagedSseEnabled: String(queue.kmsMasterKeyId === undefined && queue.sqsManagedSseEnabled !== false),
    ...(queue.kmsMasterKeyId ? { KmsMasterKeyId: queue.kmsMasterKeyId } : {}),
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
