import { batch } from "../batch.ts";
import { authorizedQueue, type Operation } from "../context.ts";
import { hide } from "../visibility.ts";

export const changeMessageVisibilityBatch: Operation = (service, input, call) => {
  const queue = authorizedQueue(service, input, call, "ChangeMessageVisibility");
  return batch(input, (entry) => {
    hide(service, queue, entry);
    return undefined;
  });
};
