import type { ExecutionStatus } from "@aws-sdk/client-sfn";
import { Command, InvalidArgumentError, Option } from "commander";
import pLimit from "p-limit";
import type { Context } from "../context.ts";
import type { States } from "../executions/client.ts";
import { PARALLEL_CALLS } from "../executions/described.ts";
import { keyOf, type Listed, listTable } from "../executions/report.ts";
import { countOf } from "../input/amounts.ts";
import { pageOf } from "../show/page.ts";

const LARGEST_LIMIT = 1_000;
const STATUSES: ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"];

interface Options {
  status?: ExecutionStatus;
  limit: number;
  json?: boolean;
  endpoint?: string;
  stage?: string;
}

export function executionsCommand(context: Context): Command {
  return new Command("executions")
    .summary("list runs of the pipeline, newest first")
    .description("Lists the executions of the state machines, newest first.")
    .option("--status <status>", `only executions with this status: ${STATUSES.join(", ").toLowerCase()}`, statusOf)
    .option("--limit <n>", "show at most this many", countOf(LARGEST_LIMIT, "limit"), 20)
    .option("--json", "print an array of them as JSON")
    .addOption(
      new Option("--endpoint <url>", "Step Functions' address (default: the running local cloud)").conflicts("stage"),
    )
    .option("--stage <name>", "those of a deployed stage, with your AWS credentials")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, { status, limit, json, ...where }: Options) {
  // Loads the AWS SDK; other commands start faster without it.
  const { withStates } = await import("../executions/client.ts");
  const executions = await withStates(context, where, (states) => newest(states, limit, status));
  const text = json ? JSON.stringify(executions) : listTable(executions, context.clock.now(), pageOf(context));
  context.stdout.write(`${text}\n`);
}

async function newest(states: States, limit: number, status?: ExecutionStatus): Promise<Listed[]> {
  const items = [];
  for await (const machine of states.machines()) {
    let taken = 0;
    for await (const item of states.list(machine, status)) {
      items.push(item);
      if (++taken === limit) break;
    }
  }
  items.sort((a, b) => (b.startDate?.getTime() ?? 0) - (a.startDate?.getTime() ?? 0));
  const slot = pLimit(PARALLEL_CALLS);
  // The list does not say which object an execution is for; its input does.
  return Promise.all(
    items.slice(0, limit).map(({ name, executionArn, status, startDate, stopDate }) =>
      slot(async () => {
        const described = await states.describe(executionArn!);
        return {
          name: name!,
          executionArn: executionArn!,
          status: described?.status ?? status!,
          startDate,
          stopDate: described?.stopDate ?? stopDate,
          key: keyOf(described?.input),
        };
      }),
    ),
  );
}

function statusOf(text: string): ExecutionStatus {
  const status = STATUSES.find((each) => each === text.toUpperCase());
  if (status) return status;
  throw new InvalidArgumentError(`It is one of ${STATUSES.join(", ").toLowerCase()}.`);
}
