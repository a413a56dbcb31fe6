import { AwsError } from "../../world.ts";
import { authorizedQueue, type Operation } from "../context.ts";
import { batch } from "./batch.ts";
import { digests, MESSAGE_BYTES, readMessage } from "./send-message.ts";

export const sendMessageBatch: Operation = (context, input, call) => {
  const queue = authorizedQueue(context, input, call, "SendMessage");
  const bytes = Buffer.byteLength(JSON.stringify(input.Entries?.map?.((entry: any) => entry?.MessageBody) ?? ""));
  if (bytes > MESSAGE_BYTES) {
    const message = `Batch requests cannot be longer than ${MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`;
    throw new AwsError("BatchRequestTooLong", message, 400);
  }
  return batch(input, (entry) => {
    const message = readMessage(entry);
    const id = context.messages.add(queue, message.body, message.attributes, call.principal.arn, message.delaySeconds);
    return { MessageId: id, ...digests(message) };
  });
};
