import { HISTORY_EVENTS, REDRIVE_MS, REDRIVES } from "./limits.ts";
import type { Execution } from "./types.ts";

/** Whether an execution can be redriven, and why not in the API's words (API reference, "DescribeExecution"). */
export function redriveStatus(
  { status, stoppedAt, lastEventId, redriveCount }: Execution,
  now: number,
): { status: "REDRIVABLE" | "NOT_REDRIVABLE"; reason?: string } {
  const no = (reason: string) => ({ status: "NOT_REDRIVABLE" as const, reason });
  if (status === "RUNNING") return no("Execution is RUNNING and cannot be redriven");
  if (status === "SUCCEEDED") return no("Execution is SUCCEEDED and cannot be redriven");
  if (lastEventId >= HISTORY_EVENTS - 1) return no("Execution history event limit exceeded");
  if (redriveCount >= REDRIVES) return no("Execution redrive limit exceeded");
  if (now - stoppedAt! > REDRIVE_MS) return no("Execution redrivable period exceeded");
  return { status: "REDRIVABLE" };
}
