import type { Queue } from "@dropclip/synth/cloud";
import type { QueueSender } from "../ports.ts";
import { type JsonService, json } from "../protocol/json.ts";
import { serve } from "../protocol/service.ts";
import { AwsError, type Service, type World } from "../world.ts";
import { Activity } from "./activity.ts";
import type { SqsState } from "./context.ts";
import { fault } from "./errors.ts";
import { Messages } from "./messages.ts";
import { changeMessageVisibility } from "./operations/change-message-visibility.ts";
import { changeMessageVisibilityBatch } from "./operations/change-message-visibility-batch.ts";
import { deleteMessage } from "./operations/delete-message.ts";
import { deleteMessageBatch } from "./operations/delete-message-batch.ts";
import { getQueueAttributes } from "./operations/get-queue-attributes.ts";
import { getQueueUrl } from "./operations/get-queue-url.ts";
import { listQueues } from "./operations/list-queues.ts";
import { purgeQueue } from "./operations/purge-queue.ts";
import { receiveMessage } from "./operations/receive-message.ts";
import { sendMessage } from "./operations/send-message.ts";
import { sendMessageBatch } from "./operations/send-message-batch.ts";

const SQS: JsonService<SqsState> = {
  name: "sqs",
  protocol: json({
    version: "1.0",
    target: "AmazonSQS",
    unknown: (name) =>
      new AwsError("UnsupportedOperation", `${name || "The query protocol"} is not part of the local cloud's SQS`),
    fault,
  }),
  operations: {
    ChangeMessageVisibility: changeMessageVisibility,
    ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: deleteMessageBatch,
    GetQueueAttributes: getQueueAttributes,
    GetQueueUrl: getQueueUrl,
    ListQueues: listQueues,
    PurgeQueue: purgeQueue,
    ReceiveMessage: receiveMessage,
    SendMessage: sendMessage,
    SendMessageBatch: sendMessageBatch,
  },
};

export interface Sqs extends Service, QueueSender {
  /** Reports how full the queues in use are; once a minute. */
  measure(): boolean;
  /** Ends long polls. */
  stop(): void;
}

/** The graph's standard queues, their messages kept in the store. */
export function createSqs({ world, queues }: { world: World; queues: Queue[] }): Sqs {
  const messages = new Messages(world);
  const activity = new Activity(world, queues, messages);
  const stopping = new AbortController();
  return {
    ...serve(SQS, { world, queues, messages, activity, stopped: stopping.signal }),
    send(queueArn, body, attributes = {}) {
      const queue = queues.find(({ arn }) => arn === queueArn);
      if (!queue) throw new AwsError("QueueDoesNotExist", `The queue ${queueArn} does not exist.`, 400);
      const texts = Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: "String", StringValue: value },
      ]);
      activity.sent(queue, Buffer.byteLength(body));
      return { messageId: messages.add(queue, body, Object.fromEntries(texts), "events.amazonaws.com") };
    },
    measure: () => activity.measure(),
    stop: () => stopping.abort(),
  };
}
