import type { ManagedPolicy, PolicyDocument, Role } from "../cloud.ts";
import type { Resource } from "../graph.ts";
import { only, policy, type Reader, refuse, text } from "./reader.ts";
import { TYPE } from "./types.ts";

/** AWS's own policies whose content is known here. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ */
const MANAGED: Record<string, PolicyDocument> = {
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" },
    ],
  },
};

export function roles(reader: Reader): Role[] {
  for (const type of [TYPE.rolePolicy, TYPE.rolePolicyAttachment]) reader.checkReferences(type, "role", TYPE.role);
  return reader.all(TYPE.role).map((resource) => {
    const { inputs } = resource;
    only(resource, inputs, [
      "name",
      "path",
      "assumeRolePolicy",
      "inlinePolicies",
      "managedPolicyArns",
      "maxSessionDuration",
      "forceDetachPolicies",
    ]);
    const inline: { name: string; policy: unknown }[] = inputs.inlinePolicies ?? [];
    const attached = reader.referring(TYPE.rolePolicyAttachment, "role", resource);
    return {
      name: text(resource, "name"),
      arn: text(resource, "arn"),
      trust: policy(resource, "assumeRolePolicy", inputs.assumeRolePolicy),
      policies: [
        ...inline.map((entry) => ({ name: entry.name, document: policy(resource, "inlinePolicies", entry.policy) })),
        ...reader.referring(TYPE.rolePolicy, "role", resource).map((part) => ({
          name: String(part.inputs.name ?? part.name),
          document: policy(part, "policy", part.inputs.policy),
        })),
        ...((inputs.managedPolicyArns ?? []) as string[]).map((arn) => managed(reader, resource, arn)),
        ...attached.map((part) => managed(reader, part, part.inputs.policyArn)),
      ],
      maxSessionSeconds: inputs.maxSessionDuration ?? 3600,
    };
  });
}

/** Policies that are resources of their own, attached to a role or not. */
export function ownPolicies(reader: Reader): ManagedPolicy[] {
  return reader.all(TYPE.policy).map((resource) => ({
    name: text(resource, "name"),
    arn: text(resource, "arn"),
    document: policy(resource, "policy", resource.inputs.policy),
  }));
}

function managed(reader: Reader, from: Resource, arn: string) {
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  const known = MANAGED[arn];
  if (known) return { name, arn, document: known };
  if (arn.startsWith("arn:aws:iam::aws:")) {
    throw refuse(
      from,
      `it does not know what ${arn} allows: write the statements out, or attach ${Object.keys(MANAGED)}`,
    );
  }
  const own = reader.resolve(from, arn, TYPE.policy);
  return { name, arn, document: policy(own, "policy", own.inputs.policy) };
}
