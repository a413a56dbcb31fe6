import { authorizedQueue, type Operation } from "../context.ts";
import { missingParameter } from "../errors.ts";
import { messageOf } from "../receipt.ts";
import { batch } from "./batch.ts";

/** Deleting what is deleted already succeeds. */
export const deleteMessage: Operation = (context, input, call) => {
  const queue = authorizedQueue(context, input, call, "DeleteMessage");
  if (input.ReceiptHandle === undefined) throw missingParameter("ReceiptHandle");
  context.messages.delete(queue, messageOf(input.ReceiptHandle));
  return {};
};

export const deleteMessageBatch: Operation = (context, input, call) => {
  const queue = authorizedQueue(context, input, call, "DeleteMessage");
  return batch(input, (entry) => {
    context.messages.delete(queue, messageOf(entry.ReceiptHandle));
    return undefined;
  });
};
