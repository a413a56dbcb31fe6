import type { World } from "../world.ts";
import type { Execution } from "./types.ts";

const ENDS: Record<string, string> = {
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  ABORTED: "ExecutionsAborted",
  TIMED_OUT: "ExecutionsTimedOut",
};

/**
 * Reports in `AWS/States`, dimension `StateMachineArn`, that an execution has begun or ended.
 * https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export function report({ metrics }: World, { status, machineArn, startedAt, stoppedAt, redriveCount }: Execution) {
  const dimensions = { StateMachineArn: machineArn };
  const end = ENDS[status];
  if (end === undefined) {
    const metricName = redriveCount > 0 ? "ExecutionsRedriven" : "ExecutionsStarted";
    metrics.put("AWS/States", metricName, dimensions, 1);
    return;
  }
  metrics.put("AWS/States", end, dimensions, 1);
  const tookMs = (stoppedAt ?? startedAt) - startedAt;
  metrics.put("AWS/States", "ExecutionTime", dimensions, tookMs, { unit: "Milliseconds" });
}
