import { TYPE } from "@dropclip/synth/from-graph/types";
import type { Graph, Resource } from "@dropclip/synth/graph";
import { statements } from "@dropclip/synth/policies";

/** A policy as it stands in the account, and what Access Analyzer must know to judge it. */
export interface LivePolicy {
  /** Logical name of what has it, with the policy's own name where it has several: `ProbeRole/logs`. */
  resource: string;
  document: string;
  policyType: "IDENTITY_POLICY" | "RESOURCE_POLICY";
  /** Only some resources' policies have checks of their own. */
  resourceType?: "AWS::IAM::AssumeRolePolicyDocument" | "AWS::S3::Bucket";
}

const identity = (resource: string, document: string): LivePolicy => ({
  resource,
  document,
  policyType: "IDENTITY_POLICY",
});
const resource = (name: string, document: string, resourceType?: LivePolicy["resourceType"]): LivePolicy => ({
  resource: name,
  document,
  policyType: "RESOURCE_POLICY",
  ...(resourceType && { resourceType }),
});

/** Every policy of what was seen: those of roles and who may take them, of buckets, queues, topics and functions. */
export function policiesOf(live: Graph): LivePolicy[] {
  return [...live.resources.flatMap((one) => ofResource(one)), ...ofFunctions(live)];
}

function ofResource({ type, name, inputs }: Resource): LivePolicy[] {
  switch (type) {
    case TYPE.role:
      return [
        resource(name, inputs.assumeRolePolicy, "AWS::IAM::AssumeRolePolicyDocument"),
        ...((inputs.inlinePolicies ?? []) as { name: string; policy: string }[]).map((one) =>
          identity(`${name}/${one.name}`, one.policy),
        ),
      ];
    case TYPE.rolePolicy:
    case TYPE.policy:
      return [identity(name, inputs.policy)];
    case TYPE.bucketPolicy:
      return [resource(name, inputs.policy, "AWS::S3::Bucket")];
    case TYPE.queuePolicy:
    case TYPE.topicPolicy:
      return [resource(name, inputs.policy)];
    default:
      return [];
  }
}

/** A function has one policy, of which the graph knows the statements. */
function ofFunctions(live: Graph): LivePolicy[] {
  const permissions = live.resources.filter(({ type }) => type === TYPE.permission);
  const named = Map.groupBy(permissions, ({ inputs }) => String(inputs.function).split(":").at(-1)!);
  return [...named].map(([name, of]) => {
    const Statement = statements({ ...live, resources: of }).map(({ statement }) => statement);
    return resource(name, JSON.stringify({ Version: "2012-10-17", Statement }));
  });
}
