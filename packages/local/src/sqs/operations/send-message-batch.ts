import { AwsError } from "../../world.ts";
import { batch } from "../batch.ts";
import { authorizedQueue, type Operation } from "../context.ts";
import { digests, MESSAGE_BYTES, readMessage } from "../new-message.ts";

export const sendMessageBatch: Operation = (service, input, call) => {
  const queue = authorizedQueue(service, input, call, "SendMessage");
  const bytes = Buffer.byteLength(JSON.stringify(input.Entries?.map?.((entry: any) => entry?.MessageBody) ?? ""));
  if (bytes > MESSAGE_BYTES) {
    const message = `Batch requests cannot be longer than ${MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`;
    throw new AwsError("BatchRequestTooLong", message, 400);
  }
  return batch(input, (entry) => {
    const message = readMessage(entry);
    const id = service.messages.add(queue, message.body, message.attributes, call.principal.arn, message.delaySeconds);
    service.activity.sent(queue, message.bytes);
    return { MessageId: id, ...digests(message) };
  });
};
