import type { Queue } from "@dropclip/synth/cloud";
import { AwsError } from "../../world.ts";
import { authorizedQueue, type Context, type Input, type Operation } from "../context.ts";
import { missingParameter } from "../errors.ts";
import { messageOf } from "../receipt.ts";
import { batch } from "./batch.ts";
import { within } from "./receive-message.ts";

const LONGEST_SECONDS = 43_200;

export const changeMessageVisibility: Operation = (context, input, call) => {
  const queue = authorizedQueue(context, input, call, "ChangeMessageVisibility");
  change(context, queue, input);
  return {};
};

export const changeMessageVisibilityBatch: Operation = (context, input, call) => {
  const queue = authorizedQueue(context, input, call, "ChangeMessageVisibility");
  return batch(input, (entry) => {
    change(context, queue, entry);
    return undefined;
  });
};

function change({ messages }: Context, queue: Queue, input: Input) {
  if (input.VisibilityTimeout === undefined) throw missingParameter("VisibilityTimeout");
  const seconds = within(input, "VisibilityTimeout", 0, LONGEST_SECONDS, 0);
  if (messages.hide(queue, messageOf(input.ReceiptHandle), seconds)) return;
  throw new AwsError("MessageNotInflight", "The message referred to is not in flight.", 400);
}
