import { Command, Option } from "commander";
import pLimit from "p-limit";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import type { Failed } from "../executions/failed.ts";
import { idOf, type MediaRef, mediaOf } from "../input/ids.ts";
import { sinceOf } from "../input/times.ts";
import { pageOf } from "../show/page.ts";

interface Options {
  all?: boolean;
  since?: (nowMs: number) => number;
  json?: boolean;
  endpoint?: string;
  stage?: string;
}

const HELP = `
Of several executions for the same media only the newest is redriven, and none
while another one goes on. Files that were refused and uploads that were deleted
did not fail on our side: they are left alone. AWS redrives executions that
failed in the last 14 days.

Permissions:
  states:ListStateMachines   on *
  states:ListExecutions      on the state machine dropclip-ingest-STAGE
  states:DescribeExecution   on execution:dropclip-ingest-STAGE:*
  states:RedriveExecution    on execution:dropclip-ingest-STAGE:*
  ssm:GetParameter           on /dropclip/STAGE/outputs, with --stage

The exit code is 0 when all that was asked for goes on, also when there was
nothing to redrive.`;

export function redriveCommand(context: Context): Command {
  return new Command("redrive")
    .summary("continue executions that failed on our side")
    .description("Continues executions that failed on our side from the state that failed, once the cause is fixed.")
    .argument("[upload]", "only those of an upload, or of one of its media: UPLOAD/video, UPLOAD/image1")
    .option("--all", "all that failed")
    .option("--since <time>", "only those that failed since then: 2h, 3d, or a time", sinceOf)
    .option("--json", "print one JSON document")
    .addOption(
      new Option("--endpoint <url>", "Step Functions' address (default: the running local cloud)").conflicts("stage"),
    )
    .option("--stage <name>", "those of a deployed stage, with your AWS credentials")
    .addHelpText("after", HELP)
    .action((upload: string | undefined, options: Options) => run(context, upload, options));
}

async function run(context: Context, upload: string | undefined, options: Options) {
  const { all, since, json, ...where } = options;
  if ([upload, all, since].filter((each) => each !== undefined).length !== 1)
    throw new CliError("name what to redrive: exactly one of an upload, --all or --since");
  const chosen = upload === undefined ? () => true : chooserOf(upload);
  const sinceMs = since ? since(context.clock.now()) : Number.NEGATIVE_INFINITY;
  // Loads the AWS SDK and the domain code; other commands start faster without them.
  const [{ withStates }, { findFailed }, { newestOf }, { PARALLEL_CALLS }, { ingestMachine, redrive }, show] =
    await Promise.all([
      import("../executions/client.ts"),
      import("../executions/failed.ts"),
      import("../executions/newest.ts"),
      import("../executions/described.ts"),
      import("../executions/redrive.ts"),
      import("../executions/redriven.ts"),
    ]);
  const { stdout } = context;
  const done = await withStates(context, where, async (states) => {
    const machine = await ingestMachine(states, where.stage);
    const newest = await newestOf(states, machine, await findFailed(states, machine, sinceMs, chosen));
    newest.sort((a, b) => b.failedAt.getTime() - a.failedAt.getTime());
    const due = newest.filter(({ leftAlone }) => !leftAlone);
    const slot = pLimit(PARALLEL_CALLS);
    const each = async (failed: Failed) => {
      const { obstacle: _, leftAlone: __, ...facts } = failed;
      const one = { ...facts, ...(await slot(() => redrive(states, failed))) };
      // Printed at once, so that a user who stops the command knows how far it came.
      if (!json) stdout.write(`${show.redrivenLine(one, due, pageOf(context))}\n`);
      return one;
    };
    const others = newest.filter(({ leftAlone }) => leftAlone).map(({ obstacle: _, ...facts }) => facts);
    return { executions: await Promise.all(due.map(each)), leftAlone: others };
  });
  stdout.write(`${json ? JSON.stringify(done) : show.summary(done)}\n`);
  const failures = done.executions.filter(({ outcome }) => outcome === "not_redriven").length;
  if (failures > 0) throw new CliError(`${failures} of ${done.executions.length} could not be redriven`);
}

function chooserOf(text: string): (media: MediaRef) => boolean {
  const { uploadId, mediaId } = text.includes("/") ? mediaOf(text) : { uploadId: idOf("upload", text) };
  return (media) => media.uploadId === uploadId && (mediaId === undefined || media.mediaId === mediaId);
}
