import { batch } from "../batch.ts";
import { authorizedQueue, type Operation } from "../context.ts";
import { messageOf } from "../receipt.ts";

export const deleteMessageBatch: Operation = (service, input, call) => {
  const queue = authorizedQueue(service, input, call, "DeleteMessage");
  return batch(input, (entry) => {
    service.messages.delete(queue, messageOf(entry.ReceiptHandle));
    service.activity.deleted(queue);
    return undefined;
  });
};
