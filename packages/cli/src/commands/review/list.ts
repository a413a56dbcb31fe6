import { Command } from "commander";
import { list } from "../../api/pages.ts";
import { Waiting } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { eventOf } from "../../input/ids.ts";
import { waitingTable } from "../../show/review.ts";
import { addLimit, addUser, type Common, connectAs, type Limited, printList } from "../common.ts";

export function listCommand(context: Context): Command {
  const command = new Command("list")
    .summary("list what waits for you, the longest waiting first")
    .description(
      "Lists the media of an event of yours that wait until you publish or refuse them. `uploads preview` shows them.",
    )
    .argument("<event>", 'its id, or "demo"');
  return addUser(addLimit(command)).action((event: string, options: Common & Limited) => run(context, event, options));
}

async function run(context: Context, event: string, options: Common & Limited) {
  const path = `/events/${eventOf(event)}/review`;
  const { call } = await connectAs(context, options, "creative");
  const found = await list(call, { path, name: "media", item: Waiting, limit: options.limit });
  printList(context, options, found, waitingTable);
}
