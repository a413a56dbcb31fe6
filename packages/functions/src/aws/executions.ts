export * as Executions from "./executions.ts";

import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionLimitExceeded,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { config } from "@dropclip/core/config";
import { lazily } from "./lazily.ts";

const states = lazily(() => new SFNClient({}));

/** An object as S3's event tells of it. */
export interface Arrival {
  key: string;
  size: number;
  etag: string;
  sequencer: string;
}

/** Starts the machine with what S3's event would have said; once per name. */
export async function start(name: string, object: Arrival): Promise<void> {
  const input = JSON.stringify({ detail: { object } });
  try {
    await states().send(new StartExecutionCommand({ stateMachineArn: config.ingestArn, name, input }));
  } catch (error) {
    // Started before and ended: what became of it is recorded on the media.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/**
 * Has a failed execution go on from where it failed; false when AWS no longer can (after 14 days, or a long history).
 */
export async function redrive(executionArn: string): Promise<boolean> {
  try {
    await states().send(new RedriveExecutionCommand({ executionArn }));
    return true;
  } catch (error) {
    const over = [ExecutionNotRedrivable, ExecutionDoesNotExist, ExecutionLimitExceeded];
    if (over.some((kind) => error instanceof kind)) return false;
    throw error;
  }
}

/** Whether an execution is under way: an operator may have redriven it. */
export async function isRunning(executionArn: string): Promise<boolean> {
  try {
    const { status } = await states().send(new DescribeExecutionCommand({ executionArn }));
    return status === "RUNNING" || status === "PENDING_REDRIVE";
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}

/**
 * How an execution ended badly; undefined while it runs, when it went well, and when nothing is known of it any more.
 */
export async function failureOf(executionArn: string) {
  try {
    const { status, error, cause } = await states().send(new DescribeExecutionCommand({ executionArn }));
    if (status === "RUNNING" || status === "PENDING_REDRIVE" || status === "SUCCEEDED") return undefined;
    return { error: error ?? status ?? "FAILED", cause: cause ?? "", executionArn };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}
