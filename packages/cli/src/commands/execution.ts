import { Command, Option } from "commander";
import type { Context } from "../context.ts";
import { findExecution } from "../executions/find.ts";
import { eventTable, heading, stateTable } from "../executions/report.ts";
import { pageOf } from "../show/page.ts";

interface Options {
  events?: boolean;
  json?: boolean;
  endpoint?: string;
  stage?: string;
}

export function executionCommand(context: Context): Command {
  return new Command("execution")
    .summary("show one run of the pipeline, state by state")
    .description("Shows what an execution did, state by state: how long each took, its retries and errors.")
    .argument("<id>", "its name, the beginning of its name, or its ARN")
    .option("--events", "every event of the history instead")
    .option("--json", "print the execution and its events as JSON")
    .addOption(
      new Option("--endpoint <url>", "Step Functions' address (default: the running local cloud)").conflicts("stage"),
    )
    .option("--stage <name>", "of a deployed stage, with your AWS credentials")
    .action((id: string, options: Options) => run(context, id, options));
}

async function run(context: Context, id: string, { events: raw, json, ...where }: Options) {
  const { stdout, clock } = context;
  // Loads the AWS SDK; other commands start faster without it.
  const { withStates } = await import("../executions/client.ts");
  const { execution, events } = await withStates(context, where, async (states) => {
    const { $metadata: _, ...execution } = await findExecution(states, id);
    return { execution, events: await states.history(execution.executionArn!) };
  });
  if (json) {
    stdout.write(`${JSON.stringify({ ...execution, events })}\n`);
    return;
  }
  const now = clock.now();
  const page = pageOf(context);
  const body = raw ? eventTable(events, page) : stateTable(events, now, page);
  stdout.write(`${heading(execution, now, page)}\n\n${body}\n`);
}
