import type { FunctionInvoker, JobRunner } from "../../ports.ts";
import type { World } from "../../world.ts";
import { awsSdk } from "./aws-sdk.ts";
import { createJob } from "./create-job.ts";
import type { Find, Integration } from "./integration.ts";
import { Invocations } from "./invoke.ts";
import { lambdaFunction } from "./lambda-function.ts";
import { lambdaInvoke } from "./lambda-invoke.ts";

/** Every `Resource` a Task can have here; undefined for others, which stop the start. */
export function createIntegrations(
  world: World,
  lambda: FunctionInvoker,
  jobs: JobRunner,
  bySdk: Integration = awsSdk(world),
): Find {
  const invocations = new Invocations(world, lambda);
  const exact: Record<string, Integration> = {
    "arn:aws:states:::lambda:invoke": lambdaInvoke(invocations),
    "arn:aws:states:::mediaconvert:createJob": createJob(jobs, false),
    "arn:aws:states:::mediaconvert:createJob.sync": createJob(jobs, true),
  };
  const byFunction = lambdaFunction(invocations);
  return (resource) => {
    if (Object.hasOwn(exact, resource)) return exact[resource];
    if (/^arn:aws:lambda:[^:]+:\d{12}:function:[\w-]+(:\$LATEST)?$/.test(resource)) return byFunction;
    return /^arn:aws:states:::aws-sdk:[a-z0-9]+:[a-zA-Z0-9]+$/.test(resource) ? bySdk : undefined;
  };
}
