import type { Clock } from "@dropclip/local/clock";
import type { RunningCloud } from "@dropclip/local/cloud";
import type { LogEntry } from "@dropclip/local/world";
import { aws } from "./aws.ts";

export const MINUTE_MS = 60_000;

/** `dropclip-api-5xx-dev` → `api-5xx`. */
const nameOf = (alarm: unknown) => String(alarm).split("-").slice(1, -1).join("-");

/** How the alarms stand, by name. */
export async function statesOf(cloud: RunningCloud, clock?: Clock): Promise<Record<string, string>> {
  const { MetricAlarms } = await aws(cloud, clock).cloudWatch("DescribeAlarms", {});
  return Object.fromEntries(MetricAlarms.map((one: any) => [nameOf(one.AlarmName), one.StateValue]));
}

/** The alarms by name that were in `state` at some time, as the log tells. */
export function everIn(logs: LogEntry[], state: string): string[] {
  const changes = logs.filter((entry) => entry.service === "cloudwatch" && entry.state === state);
  return [...new Set(changes.map(({ alarm }) => nameOf(alarm)))].sort();
}
