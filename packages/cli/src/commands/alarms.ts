import { Command } from "commander";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { counted } from "../format.ts";
import { pageOf } from "../show/page.ts";
import { print } from "./common.ts";

interface Options {
  stage?: string;
  json?: boolean;
}

export function alarmsCommand(context: Context): Command {
  return new Command("alarms")
    .summary("show what is wrong, since when, and what to do about it")
    .description(
      "Shows the alarms of the running local cloud, or of a stage: its own and those of its edge. Exit code 1 when one is in ALARM, or has been without the data that it waits for. Needs the permission cloudwatch:DescribeAlarms.",
    )
    .option("--stage <name>", "those of a deployed stage, with your AWS credentials")
    .option("--json", "print JSON")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  // Loads the AWS SDK; other commands start faster without it.
  const [{ isRaised }, { fetchAlarms }, { alarmTable }] = await Promise.all([
    import("../alarms/alarm.ts"),
    import("../alarms/fetch.ts"),
    import("../alarms/report.ts"),
  ]);
  const alarms = await fetchAlarms(context, options.stage);
  print(context, options, alarms, () => alarmTable(alarms, context.clock.now(), pageOf(context)));
  const raised = alarms.filter((alarm) => isRaised(alarm, context.clock.now())).length;
  if (raised > 0) throw new CliError(`${counted(raised, "alarm")} of ${alarms.length} raised`);
}
