import { authorizedQueue, type Operation } from "../context.ts";
import { missingParameter } from "../errors.ts";
import { messageOf } from "../receipt.ts";

/** Deleting what is deleted already succeeds. */
export const deleteMessage: Operation = (service, input, call) => {
  const queue = authorizedQueue(service, input, call, "DeleteMessage");
  if (input.ReceiptHandle === undefined) throw missingParameter("ReceiptHandle");
  service.messages.delete(queue, messageOf(input.ReceiptHandle));
  service.activity.deleted(queue);
  return {};
};
