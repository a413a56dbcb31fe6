import { Command } from "commander";
import { list } from "../../api/pages.ts";
import { Upload } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { eventOf } from "../../input/ids.ts";
import { uploadTable } from "../../show/media.ts";
import { addLimit, addUser, type Common, connectAs, type Limited, printList } from "../common.ts";

interface Options extends Common, Limited {
  event?: string;
  status?: string;
}

export function listCommand(context: Context): Command {
  const command = new Command("list")
    .summary("list uploads, newest first")
    .description("Lists your own uploads, or with --event all uploads to an event of yours, newest first.")
    .option("--event <id>", "all that was sent to this event of yours")
    .option("--status <status>", "with --event: only uploads with this status, such as complete or rejected");
  return addUser(addLimit(command)).action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  const { event, status, limit } = options;
  if (status !== undefined && event === undefined) throw new CliError("--status goes with --event");
  const path = event === undefined ? "/me/uploads" : `/events/${eventOf(event, "--event")}/uploads`;
  const { call } = await connectAs(context, options, event === undefined ? "fan" : "creative");
  const found = await list(call, { path, name: "uploads", item: Upload, query: { status }, limit });
  printList(context, options, found, uploadTable);
}
