import type { DescribeExecutionOutput } from "@aws-sdk/client-sfn";

/** AWS's reasons (API reference, "DescribeExecution", redriveStatusReason) in words for the user. */
const REASONS: [RegExp, string][] = [
  [/redrivable period exceeded/i, "it failed more than 14 days ago"],
  [/history event limit/i, "its history is full (25,000 events)"],
  [/max execution time/i, "it began more than a year ago"],
  [/redrive limit/i, "it was redriven too often"],
  [/DELETING/, "its state machine is being deleted"],
];

/** Why a failed execution cannot be redriven; undefined when it can. */
export function obstacleOf({ redriveStatus, redriveStatusReason }: DescribeExecutionOutput): string | undefined {
  if (redriveStatus === "REDRIVABLE_BY_MAP_RUN") return "only its Map Run can be redriven";
  if (redriveStatus === "NOT_REDRIVABLE") return wordsOf(redriveStatusReason ?? "Step Functions does not say why");
  return undefined;
}

/** AWS's reason in plain words where known, else unchanged. */
export function wordsOf(reason: string): string {
  return REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? reason;
}
