import { TYPE } from "@dropclip/synth/from-graph/types";
import { controlPage, type Rule, when } from "../../rule.ts";

/** AWS encrypts a queue that says nothing about it. */
export const encryptedQueue: Rule = {
  id: "SQS.1",
  title: "Queues are encrypted",
  severity: "medium",
  types: [TYPE.queue],
  page: controlPage("SQS.1"),
  check: ({ inputs }) => when(inputs.sqsManagedSseEnabled === false && !inputs.kmsMasterKeyId, "is not encrypted"),
};
