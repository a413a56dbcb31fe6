import type { Queue } from "../cloud.ts";
import { only, policy, type Reader, text } from "./reader.ts";
import { TYPE } from "./types.ts";

const KNOWN = [
  "kmsMasterKeyId",
  "messageRetentionSeconds",
  "name",
  "policy",
  "sqsManagedSseEnabled",
  "visibilityTimeoutSeconds",
];

export function queues(reader: Reader): Queue[] {
  reader.checkReferences(TYPE.queuePolicy, "queueUrl", TYPE.queue);
  return reader.all(TYPE.queue).map((resource) => {
    // SST writes a delay of 0; other values are not supported.
    const { delaySeconds, ...inputs } = resource.inputs;
    only(resource, delaySeconds ? resource.inputs : inputs, KNOWN);
    const attached = reader.oneReferring(TYPE.queuePolicy, "queueUrl", resource);
    const document = attached?.inputs.policy ?? inputs.policy;
    return {
      name: text(resource, "name"),
      url: text(resource, "url"),
      arn: text(resource, "arn"),
      // SQS's defaults: 30 seconds, four days.
      visibilityTimeoutSeconds: inputs.visibilityTimeoutSeconds ?? 30,
      messageRetentionSeconds: inputs.messageRetentionSeconds ?? 4 * 24 * 60 * 60,
      ...(inputs.kmsMasterKeyId ? { kmsMasterKeyId: inputs.kmsMasterKeyId } : {}),
      ...(inputs.sqsManagedSseEnabled === undefined ? {} : { sqsManagedSseEnabled: inputs.sqsManagedSseEnabled }),
      ...(document ? { policy: policy(attached ?? resource, "policy", document) } : {}),
    };
  });
}
