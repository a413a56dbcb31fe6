import type { World } from "../../world.ts";
import type { Finished, FinishedOutput } from "./collect.ts";
import type { Job } from "./jobs.ts";

const SECOND_MS = 1000;

/**
 * Reports in `AWS/MediaConvert`, dimension `Queue` (its ARN), that a job has ended: nothing is reported while it waits
 * or runs. https://docs.aws.amazon.com/mediaconvert/latest/ug/cloudwatch_metrics.html
 */
export function report({ metrics }: World, { Queue, Status, Timing }: Job, finished?: Finished) {
  const put = (metricName: string, value: number, unit: string) =>
    metrics.put("AWS/MediaConvert", metricName, { Queue }, value, { unit });
  const ms = (metricName: string, value: number) => put(metricName, value, "Milliseconds");
  const { SubmitTime, StartTime = SubmitTime, FinishTime = StartTime } = Timing;
  ms("StandbyTime", (StartTime - SubmitTime) * SECOND_MS);
  if (Status === "ERROR") put("JobsErroredCount", 1, "Count");
  if (Status !== "COMPLETE") return;
  put("JobsCompletedCount", 1, "Count");
  ms("TranscodingTime", (FinishTime - StartTime) * SECOND_MS);
  for (const output of finished?.groups.flatMap(({ outputs }) => outputs) ?? []) {
    const metricName = durationOf(output);
    if (metricName) ms(metricName, output.durationMs);
  }
}

/** By the resolution tiers that are billed: HD from 720 lines on, UHD above 1080. Captured frames are no video. */
function durationOf({ size, paths }: FinishedOutput): string | undefined {
  if (paths.some(({ key }) => key.endsWith(".jpg"))) return undefined;
  if (!size) return "AudioOutputDuration";
  const lines = Math.min(size.width, size.height);
  if (lines < 720) return "SDOutputDuration";
  return lines <= 1080 ? "HDOutputDuration" : "UHDOutputDuration";
}
