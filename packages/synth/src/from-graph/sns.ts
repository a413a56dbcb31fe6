import type { Topic } from "../cloud.ts";
import { only, policy, type Reader, refuse, regionOf, text } from "./reader.ts";
import { TYPE } from "./types.ts";

export function topics(reader: Reader): Topic[] {
  reader.checkReferences(TYPE.topicPolicy, "arn", TYPE.topic);
  reader.checkReferences(TYPE.topicSubscription, "topic", TYPE.topic);
  return reader.all(TYPE.topic).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, ["name", "displayName", "policy", "kmsMasterKeyId", "signatureVersion"]);
    const attached = reader.oneReferring(TYPE.topicPolicy, "arn", resource);
    const document = attached?.inputs.policy ?? inputs.policy;
    return {
      name: text(resource, "name"),
      arn: text(resource, "arn"),
      region: regionOf(text(resource, "arn")),
      ...(document ? { policy: policy(attached ?? resource, "policy", document) } : {}),
      ...(inputs.kmsMasterKeyId ? { kmsMasterKeyId: inputs.kmsMasterKeyId } : {}),
      subscriptions: reader.referring(TYPE.topicSubscription, "topic", resource).map((subscription) => {
        const { protocol, endpoint } = subscription.inputs;
        only(subscription, subscription.inputs, ["topic", "protocol", "endpoint"]);
        if (protocol !== "email") throw refuse(subscription, `it sends mails only, not ${protocol}`);
        return { protocol, endpoint };
      }),
    };
  });
}
