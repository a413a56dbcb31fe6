import { Command } from "commander";
import type { Context } from "../../context.ts";
import { sinceOf } from "../../input/times.ts";
import { pageOf } from "../../show/page.ts";

interface Options {
  stage?: string;
  since?: (nowMs: number) => number;
  json?: boolean;
}

export function followCommand(context: Context): Command {
  return new Command("follow")
    .summary("show what other programs are told, as it happens")
    .description(
      "Shows the events for other programs (docs/events.md) as the running local cloud, or a stage, puts them on its event bus: as its functions log them, so a few seconds later. Ends with Ctrl-C. Needs the permission logs:FilterLogEvents on the log groups of the functions that tell something, arn:aws:logs:REGION:ACCOUNT:log-group:/aws/lambda/dropclip-*-STAGE:*, and for a stage ssm:GetParameter on its outputs.",
    )
    .option("--stage <name>", "those of a deployed stage, with your AWS credentials")
    .option("--since <time>", "first those since then: 10m, 2h, or a time", sinceOf)
    .option("--json", "print one JSON document a line")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, { stage, since, json }: Options) {
  // Loads the AWS SDK; other commands start faster without it.
  const [{ follow }, { eventLine }] = await Promise.all([import("../../told/follow.ts"), import("../../told/line.ts")]);
  const now = context.clock.now();
  const page = pageOf(context);
  await follow(context, { stage, sinceMs: since ? since(now) : now }, (event) => {
    context.stdout.write(`${json ? JSON.stringify(event) : eventLine(event, page)}\n`);
  });
}
