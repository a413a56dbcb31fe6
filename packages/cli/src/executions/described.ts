import type { DescribeExecutionCommandOutput } from "@aws-sdk/client-sfn";
import pLimit from "p-limit";
import type { States } from "./client.ts";

/** Calls to Step Functions at the same time. */
export const PARALLEL_CALLS = 6;

/** The description of each execution. Executions that AWS no longer keeps are left out. */
export async function describeAll(
  states: States,
  executionArns: string[],
): Promise<Omit<DescribeExecutionCommandOutput, "$metadata">[]> {
  const slot = pLimit(PARALLEL_CALLS);
  const described = await Promise.all(executionArns.map((arn) => slot(() => states.describe(arn))));
  return described.filter((each) => each !== undefined);
}
