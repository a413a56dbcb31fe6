import type { Queue } from "@dropclip/synth/cloud";
import { AwsError, type Service, type World } from "../world.ts";
import { changeMessageVisibility, changeMessageVisibilityBatch } from "./api/change-message-visibility.ts";
import { deleteMessage, deleteMessageBatch } from "./api/delete-message.ts";
import { getQueueAttributes, getQueueUrl, listQueues, purgeQueue } from "./api/queues.ts";
import { receiveMessage } from "./api/receive-message.ts";
import { sendMessage } from "./api/send-message.ts";
import { sendMessageBatch } from "./api/send-message-batch.ts";
import type { Input, Operation } from "./context.ts";
import { fail, send } from "./errors.ts";
import { Messages } from "./messages.ts";

const OPERATIONS: Record<string, Operation> = {
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
  ReceiveMessage: receiveMessage,
  DeleteMessage: deleteMessage,
  DeleteMessageBatch: deleteMessageBatch,
  ChangeMessageVisibility: changeMessageVisibility,
  ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
  GetQueueUrl: getQueueUrl,
  GetQueueAttributes: getQueueAttributes,
  ListQueues: listQueues,
  PurgeQueue: purgeQueue,
};

const TARGET = "AmazonSQS.";

/** SQS as services see it that send messages themselves. */
export interface QueueSender {
  /**
   * Sends a message with text attributes, within the caller's `store.transaction` when there is one. The caller has
   * authorised it. `AwsError` QueueDoesNotExist.
   */
  send(queueArn: string, body: string, attributes?: Record<string, string>): { messageId: string };
}

export interface Sqs extends Service, QueueSender {
  /** Ends long polls. */
  stop(): void;
}

/** The graph's standard queues, their messages kept in the store. */
export function createSqs({ world, queues }: { world: World; queues: Queue[] }): Sqs {
  const messages = new Messages(world);
  const stopping = new AbortController();
  const context = { world, queues, messages, stopped: stopping.signal };
  return {
    name: "sqs",
    async handle(call) {
      const target = String(call.request.headers["x-amz-target"] ?? "");
      const name = target.startsWith(TARGET) ? target.slice(TARGET.length) : target;
      if (!Object.hasOwn(OPERATIONS, name)) {
        throw new AwsError(
          "UnsupportedOperation",
          `${name || "The query protocol"} is not part of the local cloud's SQS`,
          400,
        );
      }
      const answer = await OPERATIONS[name]!(context, parse(call.body), call);
      if (!call.response.destroyed) send(call, 200, answer);
    },
    fail,
    send(queueArn, body, attributes = {}) {
      const queue = queues.find(({ arn }) => arn === queueArn);
      if (!queue) throw new AwsError("QueueDoesNotExist", `The queue ${queueArn} does not exist.`, 400);
      const texts = Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: "String", StringValue: value },
      ]);
      return { messageId: messages.add(queue, body, Object.fromEntries(texts), "events.amazonaws.com") };
    },
    stop: () => stopping.abort(),
  };
}

function parse(body: Buffer): Input {
  try {
    const input = JSON.parse(body.toString() || "{}");
    if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Answered below, like anything else that is no object.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object", 400);
}
