import type { Rule } from "../../rule.ts";
import { busPolicy } from "./bus-policy.ts";
import { deadLetters } from "./dead-letters.ts";
import { encryptedQueue } from "./encrypted-queue.ts";
import { plainSubscription } from "./plain-subscription.ts";
import { publicQueue } from "./public-queue.ts";
import { publicTopic } from "./public-topic.ts";
import { stateMachineLog } from "./state-machine-log.ts";

export const MESSAGING: Rule[] = [
  stateMachineLog,
  encryptedQueue,
  publicQueue,
  publicTopic,
  plainSubscription,
  deadLetters,
  busPolicy,
];
