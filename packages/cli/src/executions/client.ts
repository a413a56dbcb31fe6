import {
  type DescribeExecutionCommandOutput,
  ExecutionDoesNotExist,
  type ExecutionListItem,
  type ExecutionStatus,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
  SFN,
} from "@aws-sdk/client-sfn";
import { type AwsConfig, accountConfig } from "../aws/config.ts";
import { awsFailure } from "../aws/failure.ts";
import { retriesOf } from "../aws/retries.ts";
import type { Context } from "../context.ts";
import { patienceOf } from "../net/patience.ts";
import { Screen } from "../progress/screen.ts";
import { findOperated } from "../target/operated.ts";

/** The Step Functions calls that the commands need. */
export interface States {
  machines(): AsyncGenerator<string>;
  /** Newest first, fetched page by page. */
  list(stateMachineArn: string, status?: ExecutionStatus): AsyncGenerator<ExecutionListItem>;
  /** Returns undefined when no execution has that ARN. */
  describe(executionArn: string): Promise<DescribeExecutionCommandOutput | undefined>;
  history(executionArn: string): Promise<HistoryEvent[]>;
  /** Restarts a failed execution at the state that failed. */
  redrive(executionArn: string): Promise<void>;
}

/** At most one may be set; without any, the running local cloud is used. */
export interface Where {
  endpoint?: string;
  stage?: string;
}

/**
 * Runs `work` with the Step Functions of the running local cloud, of a stage, or at `endpoint`; SDK errors become one
 * line.
 */
export async function withStates<T>(
  context: Context,
  { endpoint, stage }: Where,
  work: (states: States) => Promise<T>,
): Promise<T> {
  const config = await configOf(context, { endpoint, stage });
  const patience = patienceOf(context, new Screen(context.stderr));
  const client = new SFN({ ...config, retryStrategy: retriesOf(patience, "Step Functions") });
  try {
    return await work(statesOf(client, context.signal, stage));
  } catch (error) {
    context.signal.throwIfAborted();
    throw awsFailure("Step Functions", error);
  } finally {
    client.destroy();
  }
}

/**
 * Credentials in the environment are used only for an endpoint that the user names; otherwise the local cloud's are
 * used.
 */
async function configOf(context: Context, { endpoint, stage }: Where): Promise<AwsConfig> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION = "us-east-1" } = context.env;
  if (endpoint && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY)
    return { ...accountConfig(context, "SFN", AWS_REGION), endpoint };
  const { config } = await findOperated(context, stage, "SFN");
  return endpoint ? { ...config, endpoint } : config;
}

function statesOf(client: SFN, abortSignal: AbortSignal, stage: string | undefined): States {
  return {
    async *machines() {
      // An account may contain several stages, and state machines of other apps.
      for await (const page of paginateListStateMachines({ client }, {}, { abortSignal }))
        for (const { name, stateMachineArn } of page.stateMachines ?? [])
          if (stage === undefined || name === `dropclip-ingest-${stage}`) yield stateMachineArn!;
    },
    async *list(stateMachineArn, statusFilter) {
      const input = { stateMachineArn, ...(statusFilter && { statusFilter }) };
      for await (const page of paginateListExecutions({ client }, input, { abortSignal })) yield* page.executions ?? [];
    },
    async describe(executionArn) {
      try {
        return await client.describeExecution({ executionArn }, { abortSignal });
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },
    async history(executionArn) {
      const events: HistoryEvent[] = [];
      for await (const page of paginateGetExecutionHistory({ client }, { executionArn }, { abortSignal }))
        events.push(...(page.events ?? []));
      return events;
    },
    async redrive(executionArn) {
      // The SDK creates one client token for all its tries, so that a retry after a lost answer is not a second
      // redrive.
      await client.redriveExecution({ executionArn }, { abortSignal });
    },
  };
}
