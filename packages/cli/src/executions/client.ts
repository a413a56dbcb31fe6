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
  type SFNClientConfig,
  SFNServiceException,
} from "@aws-sdk/client-sfn";
import type { Context } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { dataDirectory } from "../paths.ts";
import { findCloud } from "../start/run-file.ts";

/** Step Functions as the commands need it. */
export interface States {
  machines(): AsyncGenerator<string>;
  /** Newest first, fetched page by page. */
  list(stateMachineArn: string, status?: ExecutionStatus): AsyncGenerator<ExecutionListItem>;
  /** undefined when there is none of that ARN. */
  describe(executionArn: string): Promise<DescribeExecutionCommandOutput | undefined>;
  history(executionArn: string): Promise<HistoryEvent[]>;
}

/** Runs `work` on the Step Functions of the running local cloud, or at `endpoint`; errors of the SDK become one line. */
export async function withStates<T>(
  context: Context,
  endpoint: string | undefined,
  work: (states: States) => Promise<T>,
): Promise<T> {
  const client = new SFN({ ...configOf(context, endpoint), maxAttempts: 3 });
  try {
    return await work(statesOf(client, context.signal));
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof CliError) throw error;
    if (error instanceof SFNServiceException) throw new CliError(`Step Functions: ${error.name}: ${error.message}`);
    throw new CliError(`Step Functions cannot be reached: ${reasonOf(error)}`);
  } finally {
    client.destroy();
  }
}

/** Credentials in the environment belong to an endpoint the user names; otherwise everything is the local cloud's. */
function configOf(context: Context, endpoint: string | undefined): SFNClientConfig {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = context.env;
  if (endpoint && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
    const keys = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
    const credentials = { ...keys, ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }) };
    return { endpoint, region: AWS_REGION ?? "us-east-1", credentials };
  }
  const { endpoints, region, credentials } = findCloud(dataDirectory(context));
  return { endpoint: endpoint ?? endpoints.states, region, credentials };
}

function statesOf(client: SFN, abortSignal: AbortSignal): States {
  return {
    async *machines() {
      for await (const page of paginateListStateMachines({ client }, {}, { abortSignal }))
        for (const { stateMachineArn } of page.stateMachines ?? []) yield stateMachineArn!;
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
  };
}

/** A refused connection to a name with several addresses has its reason in a list, and no message. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof AggregateError ? error.errors[0] : error);
}
