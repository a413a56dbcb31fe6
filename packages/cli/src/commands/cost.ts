import { Command } from "commander";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { countOf } from "../input/amounts.ts";
import { eventOf, idOf } from "../input/ids.ts";
import { pageOf } from "../show/page.ts";
import { findOperated } from "../target/operated.ts";
import { print } from "./common.ts";

interface Options {
  event?: string;
  month?: boolean;
  uploads?: number;
  minutes?: number;
  views?: number;
  stage?: string;
  json?: boolean;
}

const MOST = 1_000_000_000;

const HELP = `
Counted by the code that runs: the plan and the job's settings give the outputs,
the stacks' graph the states and the functions' memory, the record how long a
clip really is. How long a function takes, and how many bytes are kept, are
assumed. What viewers fetch is in a month only.

Permissions:
  dynamodb:Query      on the table STAGE-uploads and its indexes, for an upload or an event
  ssm:GetParameter    on /dropclip/STAGE/outputs, with --stage`;

export function costCommand(context: Context): Command {
  return new Command("cost")
    .summary("tell what an upload or event cost, or what a month would")
    .description(
      "Tells what an upload or an event cost, or what a month with so many uploads and views would. Prices that no page of AWS confirms are marked with a question mark.",
    )
    .argument("[upload]", "its id")
    .option("--event <event>", "all uploads to an event instead")
    .option("--month", "a month instead, of clips with 1080 lines and 30 frames a second")
    .option("--uploads <count>", "with --month: clips", countOf(MOST, "count of uploads"))
    .option("--minutes <count>", "with --month: minutes of all clips together", countOf(MOST, "count of minutes"))
    .option("--views <count>", "with --month: plays", countOf(MOST, "count of views"))
    .option("--stage <name>", "those of a deployed stage, with your AWS credentials")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action((upload: string | undefined, options: Options) => run(context, upload, options));
}

async function run(context: Context, upload: string | undefined, options: Options) {
  const { event, month, uploads, minutes, views = 0, stage } = options;
  if ([upload, event, month].filter((one) => one !== undefined).length !== 1)
    throw new CliError("name what to count: exactly one of an upload, --event or --month");
  if (month ? uploads === undefined || minutes === undefined : (uploads ?? minutes ?? options.views))
    throw new CliError("--month needs --uploads and --minutes, and only it takes them and --views");
  const uploadId = upload === undefined ? undefined : idOf("upload", upload);
  const eventId = event === undefined ? undefined : eventOf(event);
  // Load the AWS SDK and the domain code; other commands start faster without them.
  const [{ Bill, Cost }, { costOf, readStacks }, { readUpload, readUploadsTo }, { costNotes, costText }] =
    await Promise.all([
      import("@dropclip/core/cost"),
      import("../cost/count.ts"),
      import("../cost/records.ts"),
      import("../cost/report.ts"),
    ]);
  if (month) {
    const { machinery, standing } = readStacks();
    const bill = Bill.of(Cost.ofMonth({ uploads: uploads!, minutes: minutes!, views }, machinery, standing));
    return print(context, options, bill, () => costText(bill, [], pageOf(context)));
  }
  const operated = await findOperated(context, stage, "DYNAMODB");
  const read =
    uploadId === undefined
      ? await readUploadsTo(context, operated, eventId!)
      : [await readUpload(context, operated, uploadId)];
  const cost = costOf(read.flatMap(({ media }) => media));
  print(context, options, cost, () => costText(cost, costNotes(cost), pageOf(context)));
}
