import { Command, Option } from "commander";
import { list } from "../../api/pages.ts";
import { Event } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { idOf } from "../../input/ids.ts";
import { eventTable } from "../../show/event.ts";
import { addLimit, addUser, type Common, connect, connectAs, type Limited, printList } from "../common.ts";

interface Options extends Common, Limited {
  creative?: string;
  mine?: boolean;
}

export function listCommand(context: Context): Command {
  const command = new Command("list")
    .summary("list events, newest first")
    .description("Lists the events of all creatives, or of one, newest first.")
    .addOption(new Option("--creative <id>", "only this creative's").conflicts("mine"))
    .option("--mine", "only your own");
  return addUser(addLimit(command)).action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options) {
  const { call, creativeId } = await open(context, options);
  const found = await list(call, {
    path: "/events",
    name: "events",
    item: Event,
    query: { creativeId },
    limit: options.limit,
  });
  printList(context, options, found, eventTable);
}

async function open(context: Context, options: Options) {
  if (options.mine) {
    const { call, session } = await connectAs(context, options, "creative");
    return { call, creativeId: session.user.userId };
  }
  const creativeId = options.creative && idOf("--creative", options.creative);
  return { call: (await connect(context, options)).call, creativeId };
}
