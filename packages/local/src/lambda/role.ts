import type { LambdaFunction } from "@dropclip/synth/cloud";
import { AwsError, type Principal, type World } from "../world.ts";

/** A function acting with its role, as Lambda does when it writes its log or sends a dead letter for it. */
export function rolePrincipal(world: World, { roleArn, name }: Pick<LambdaFunction, "roleArn" | "name">): Principal {
  const arn = `arn:aws:sts::${world.account}:assumed-role/${roleArn.split("/").at(-1)}/${name}`;
  return { kind: "role", arn, accountId: world.account, roleArn, sessionName: name };
}

/**
 * Whether the function's role may write to a stream of its log group: without, a function runs and its lines are lost.
 */
export function mayLog(world: World, fn: LambdaFunction, stream: string): boolean {
  const arn = `arn:aws:logs:${world.region}:${world.account}:log-group:${fn.logGroup}:log-stream:${stream}`;
  try {
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"])
      world.authorize(rolePrincipal(world, fn), action, arn);
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
