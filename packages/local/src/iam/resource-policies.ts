import type {
  Bucket,
  FunctionPermission,
  LambdaFunction,
  PolicyDocument,
  Queue,
  Statement,
  Topic,
} from "@dropclip/synth/cloud";
import { type Compiled, compile } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";

export interface Resources {
  buckets: Bucket[];
  queues: Queue[];
  topics?: Topic[];
  functions: LambdaFunction[];
  permissions?: FunctionPermission[];
}

/** The policy on a resource, by the resource's ARN or that of something in it. */
export type FindPolicy = (resource: string) => Compiled[] | undefined;

/** Prepares the policies of buckets, queues, topics and functions. */
export function resourcePolicies({ buckets, queues, topics = [], functions, permissions = [] }: Resources): FindPolicy {
  const byArn = new Map<string, Compiled[]>();
  for (const { arn, policy } of [...buckets, ...queues, ...topics]) {
    if (policy) byArn.set(arn, compile(policy, "resource", `the policy of ${arn}`));
  }
  for (const { arn } of buckets) checkResources(arn, byArn.get(arn) ?? []);
  for (const permission of permissions) {
    const { functionArn } = permission;
    if (!functions.some(({ arn }) => arn === functionArn)) {
      throw new PolicyError(`a permission is about ${functionArn}, and there is no such function`);
    }
    const statements = compile(permissionPolicy(permission), "resource", `the policy of ${functionArn}`);
    byArn.set(functionArn, [...(byArn.get(functionArn) ?? []), ...statements]);
  }
  return (resource) => byArn.get(resource) ?? byArn.get(owner(resource));
}

/** S3 refuses a policy that names another bucket: "Policy has invalid resource". */
function checkResources(bucket: string, statements: Compiled[]) {
  for (const { text } of statements.flatMap(({ resources }) => resources)) {
    const name = /^arn:aws:s3:::([^/*?$]+)(\/|$)/.exec(text)?.[1];
    if (name !== undefined && `arn:aws:s3:::${name}` !== bucket) {
      throw new PolicyError(`the policy of ${bucket}: the resource ${JSON.stringify(text)} is not in the bucket`);
    }
  }
}

/** The bucket of an object, the function of a version or alias. */
function owner(resource: string): string {
  if (resource.startsWith("arn:aws:lambda:")) return resource.split(":").slice(0, 7).join(":");
  const slash = resource.indexOf("/");
  return resource.startsWith("arn:aws:s3:::") && slash > 0 ? resource.slice(0, slash) : resource;
}

const permissionPolicy = (permission: FunctionPermission): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [permissionStatement(permission)],
});

/**
 * The statement Lambda writes for AddPermission. https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function permissionStatement({
  functionArn,
  principal,
  action,
  sourceArn,
  sourceAccount,
}: FunctionPermission): Statement {
  const condition = {
    ...(sourceAccount ? { StringEquals: { "AWS:SourceAccount": sourceAccount } } : {}),
    ...(sourceArn ? { ArnLike: { "AWS:SourceArn": sourceArn } } : {}),
  };
  return {
    Effect: "Allow",
    Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: functionArn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}
