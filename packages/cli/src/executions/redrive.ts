import { CliError } from "../errors.ts";
import type { States } from "./client.ts";
import type { Failed } from "./failed.ts";
import { obstacleOf, wordsOf } from "./obstacle.ts";

/** The result for one execution; `running` when another client had redriven it already. */
export type Outcome = { outcome: "redriven" | "running" } | { outcome: "not_redriven"; reason: string };

const INGEST = /:stateMachine:dropclip-ingest-[^:]+$/;

/** The state machine of the pipeline: the stage's, or the only one in the account. */
export async function ingestMachine(states: States, stage?: string): Promise<string> {
  const found: string[] = [];
  for await (const arn of states.machines()) if (INGEST.test(arn)) found.push(arn);
  if (found.length === 1) return found[0]!;
  const names = found.map((arn) => arn.split(":").at(-1));
  throw new CliError(
    found.length === 0
      ? `there is no state machine dropclip-ingest-${stage ?? "*"}`
      : `there are several stages: choose one with --stage (${names.join(", ")})`,
  );
}

/** Redrives one execution. AWS's answer about it is its outcome; any other failure is thrown. */
export async function redrive(states: States, { executionArn, obstacle }: Failed): Promise<Outcome> {
  if (obstacle !== undefined) return { outcome: "not_redriven", reason: obstacle };
  try {
    await states.redrive(executionArn);
    return { outcome: "redriven" };
  } catch (error) {
    if (!(error instanceof Error) || !("$fault" in error)) throw error;
    if (error.name === "ExecutionNotRedrivable") return notRedrivable(states, executionArn, error.message);
    return { outcome: "not_redriven", reason: REFUSALS[error.name] ?? `${error.name}: ${error.message}` };
  }
}

const REFUSALS: Record<string, string> = {
  AccessDeniedException: "these AWS credentials may not do that (states:RedriveExecution)",
  ExecutionDoesNotExist: "it is no longer kept",
  ExecutionLimitExceeded: "too many executions are running: try again later",
};

/** It could be redriven a moment ago: the sweep, or another operator, may have redriven it since. */
async function notRedrivable(states: States, executionArn: string, message: string): Promise<Outcome> {
  const execution = await states.describe(executionArn);
  const { status } = execution ?? {};
  if (status === "RUNNING" || status === "PENDING_REDRIVE" || status === "SUCCEEDED") return { outcome: "running" };
  return { outcome: "not_redriven", reason: (execution && obstacleOf(execution)) ?? wordsOf(message) };
}
