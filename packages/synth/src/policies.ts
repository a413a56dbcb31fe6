import type { Statement } from "./cloud.ts";
import { list, policy } from "./from-graph/reader.ts";
import { TYPE } from "./from-graph/types.ts";
import type { Graph, Resource } from "./graph.ts";

/** One IAM statement and its place. */
export interface PlacedStatement {
  /** Whether it says what an identity may do, what others may do to a resource, or who may assume a role. */
  kind: "identity" | "resource" | "trust";
  /** Logical name of the resource with the policy, and of the policy within: `ProbeRole/logs`. */
  at: string;
  /** Physical name or ARN of the role, bucket, queue or function that it applies to. */
  subject: string;
  statement: Statement;
  /** Its Sid, or its position in the policy, from 1. */
  name: string;
  /** `Action` (or `NotAction`), `Resource` (or `NotResource`) as lists. */
  actions: string[];
  resources: string[];
}

type Found = Pick<PlacedStatement, "kind" | "at" | "subject"> & { statements: Statement[] };

/** Every IAM statement of the graph. Managed policies that are attached by ARN are in `managedPolicies`. */
export function statements(graph: Graph): PlacedStatement[] {
  const about = graph.resources.flatMap((resource) => found(resource, graph));
  return about.flatMap(({ statements, ...place }) =>
    statements.map((statement, index) => ({
      ...place,
      statement,
      name: statement.Sid || String(index + 1),
      actions: list(statement.Action ?? statement.NotAction),
      resources: list(statement.Resource ?? statement.NotResource),
    })),
  );
}

/** Every managed policy that a role has by ARN, with the role's logical name. */
export function managedPolicies({ resources }: Graph): { at: string; arn: string }[] {
  return resources.flatMap(({ type, name, inputs }) => {
    if (type === TYPE.role) return list<string>(inputs.managedPolicyArns).map((arn) => ({ at: name, arn }));
    return type === TYPE.rolePolicyAttachment ? [{ at: name, arn: String(inputs.policyArn) }] : [];
  });
}

function found(resource: Resource, graph: Graph): Found[] {
  const { type, name: at, inputs } = resource;
  const document = (key: string, value: unknown) => policy(resource, key, value).Statement;
  switch (type) {
    case TYPE.role: {
      const subject = String(resource.outputs.arn);
      const inline: { name: string; policy: unknown }[] = inputs.inlinePolicies ?? [];
      return [
        { kind: "trust", at, subject, statements: document("assumeRolePolicy", inputs.assumeRolePolicy) },
        ...inline.map((entry): Found => {
          return {
            kind: "identity",
            at: `${at}/${entry.name}`,
            subject,
            statements: document(entry.name, entry.policy),
          };
        }),
      ];
    }
    case TYPE.rolePolicy:
      return [{ kind: "identity", at, subject: String(inputs.role), statements: document("policy", inputs.policy) }];
    case TYPE.policy:
      return [{ kind: "identity", at, subject: String(resource.id), statements: document("policy", inputs.policy) }];
    case TYPE.bucketPolicy:
      return [{ kind: "resource", at, subject: String(inputs.bucket), statements: document("policy", inputs.policy) }];
    case TYPE.queuePolicy:
      return [
        { kind: "resource", at, subject: String(inputs.queueUrl), statements: document("policy", inputs.policy) },
      ];
    case TYPE.topicPolicy:
      return [{ kind: "resource", at, subject: String(inputs.arn), statements: document("policy", inputs.policy) }];
    case TYPE.queue: {
      const statements = inputs.policy ? document("policy", inputs.policy) : [];
      return [{ kind: "resource", at, subject: String(resource.id), statements }];
    }
    case TYPE.permission:
      return [{ kind: "resource", at, subject: String(inputs.function), statements: [permission(resource, graph)] }];
    default:
      return [];
  }
}

/**
 * The statement that Lambda adds to a function's policy for `aws.lambda.Permission`, which may refer to the function by
 * name.
 */
function permission({ inputs }: Resource, { account, region }: Graph): Statement {
  const { principal, sourceArn, sourceAccount } = inputs;
  const named = String(inputs.function);
  const condition = {
    ...(sourceArn ? { ArnLike: { "AWS:SourceArn": sourceArn } } : {}),
    ...(sourceAccount ? { StringEquals: { "AWS:SourceAccount": sourceAccount } } : {}),
  };
  return {
    Effect: "Allow",
    Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
    Action: inputs.action,
    Resource: named.startsWith("arn:") ? named : `arn:aws:lambda:${region}:${account}:function:${named}`,
    ...(Object.keys(condition).length ? { Condition: condition } : {}),
  };
}
