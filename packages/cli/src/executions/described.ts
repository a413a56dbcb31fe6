import type { DescribeExecutionCommandOutput } from "@aws-sdk/client-sfn";
import pLimit from "p-limit";
import type { States } from "./client.ts";

/** Calls to Step Functions at a time. */
export const PARALLEL_CALLS = 6;

/** All there is to know of each execution; without those that are no longer kept. */
export async function describeAll(
  states: States,
  executionArns: string[],
): Promise<Omit<DescribeExecutionCommandOutput, "$metadata">[]> {
  const slot = pLimit(PARALLEL_CALLS);
  const described = await Promise.all(executionArns.map((arn) => slot(() => states.describe(arn))));
  return described.filter((each) => each !== undefined);
}
