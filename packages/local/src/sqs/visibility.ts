import type { Queue } from "@dropclip/synth/cloud";
import type { Input } from "../protocol/json.ts";
import { AwsError } from "../world.ts";
import type { SqsState } from "./context.ts";
import { invalidParameter, missingParameter } from "./errors.ts";
import { messageOf } from "./receipt.ts";

export const LONGEST_VISIBILITY_SECONDS = 43_200;

/** Hides the message in flight that `input` names for so long; a whole request, or an entry of a batch. */
export function hide({ messages }: SqsState, queue: Queue, input: Input) {
  if (input.VisibilityTimeout === undefined) throw missingParameter("VisibilityTimeout");
  const seconds = within(input, "VisibilityTimeout", 0, LONGEST_VISIBILITY_SECONDS, 0);
  if (messages.hide(queue, messageOf(input.ReceiptHandle), seconds)) return;
  throw new AwsError("MessageNotInflight", "The message referred to is not in flight.", 400);
}

/** An integer of the input between two bounds, `otherwise` where it is left out. */
export function within(input: Input, name: string, least: number, most: number, otherwise: number): number {
  const value = input[name] ?? otherwise;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidParameter(name, value, `Must be between ${least} and ${most}, if provided.`);
}
