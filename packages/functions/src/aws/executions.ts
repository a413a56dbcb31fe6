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

/** An object as S3's event describes it. */
export interface Arrival {
  key: string;
  size: number;
  etag: string;
  sequencer: string;
}

/** Starts the state machine with the input of S3's event; once per name. */
export async function start(name: string, object: Arrival): Promise<void> {
  const input = JSON.stringify({ detail: { object } });
  try {
    await states().send(new StartExecutionCommand({ stateMachineArn: config.ingestArn, name, input }));
  } catch (error) {
    // It was started before and has ended: the result is on the media's record.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}

/** Redrives a failed execution; false when AWS no longer can (after 14 days, or with a long history). */
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

/** The failure of an execution; undefined while it runs, when it succeeded, and when AWS has forgotten it. */
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
