import type { DescribeExecutionOutput, ExecutionStatus } from "@aws-sdk/client-sfn";
import { Job } from "@dropclip/core/job";
import { Keys } from "@dropclip/core/keys";
import type { MediaRef } from "../input/ids.ts";
import type { States } from "./client.ts";
import { describeAll } from "./described.ts";
import { obstacleOf } from "./obstacle.ts";
import { keyOf } from "./report.ts";

/** An execution that ended without success, and the media it was for. */
export interface Failed extends MediaRef {
  executionArn: string;
  /** The error's name, or the status when there is none. */
  error: string;
  startedAt: Date;
  failedAt: Date;
  /** Why AWS does not redrive it, in plain words. */
  obstacle: string | undefined;
  /** Why it needs no redrive, although it did not succeed. */
  leftAlone: "rejected" | "deleted" | undefined;
}

const FAILED: ExecutionStatus[] = ["FAILED", "TIMED_OUT", "ABORTED"];

/** The error with which the settling of a deletion stops executions. */
const DELETED_CAUSE = "The upload was deleted.";

/** The media that an execution was started for; undefined when it is for none. */
export function mediaOfInput(input: string | undefined): MediaRef | undefined {
  const key = keyOf(input);
  return key === undefined ? undefined : Keys.parseStaged(key);
}

/** The executions of chosen media that ended without success at `sinceMs` or later. */
export async function findFailed(
  states: States,
  machine: string,
  sinceMs: number,
  chosen: (media: MediaRef) => boolean,
): Promise<Failed[]> {
  const arns = new Set<string>();
  for (const status of FAILED)
    for await (const { executionArn, stopDate } of states.list(machine, status))
      if ((stopDate?.getTime() ?? 0) >= sinceMs) arns.add(executionArn!);
  const described = await describeAll(states, [...arns]);
  return described.map(failedOf).filter((each) => each !== undefined && chosen(each)) as Failed[];
}

function failedOf(execution: DescribeExecutionOutput): Failed | undefined {
  const { executionArn, status, error, cause, input, startDate, stopDate } = execution;
  const media = mediaOfInput(input);
  // It may have been redriven since it was listed.
  if (!media || !FAILED.includes(status!)) return undefined;
  return {
    uploadId: media.uploadId,
    mediaId: media.mediaId,
    executionArn: executionArn!,
    error: error ?? status!,
    startedAt: startDate!,
    failedAt: stopDate!,
    obstacle: obstacleOf(execution),
    leftAlone: cause === DELETED_CAUSE ? "deleted" : Job.blame(Job.errorCode(cause)) ? "rejected" : undefined,
  };
}
