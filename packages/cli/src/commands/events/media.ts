import { Command, Option } from "commander";
import { list } from "../../api/pages.ts";
import { Published } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { eventOf } from "../../input/ids.ts";
import { publishedTable } from "../../show/media.ts";
import { addLimit, addPublic, type Common, connect, type Limited, printList } from "../common.ts";

interface Options extends Common, Limited {
  contentType?: string;
  type?: string;
}

export function mediaCommand(context: Context): Command {
  const command = new Command("media")
    .summary("list an event's published media")
    .description("Lists an event's published videos and photos, newest first, as the public sees them.")
    .argument("<event>", 'its id, or "demo"')
    .addOption(new Option("--content-type <type>", "only those").choices(["video", "image"]))
    // Its name before.
    .addOption(new Option("--type <type>").choices(["video", "image"]).hideHelp());
  return addPublic(addLimit(command)).action((event: string, options: Options) => run(context, event, options));
}

async function run(context: Context, name: string, options: Options) {
  const path = `/events/${eventOf(name)}/media`;
  const { call } = await connect(context, options);
  const found = await list(call, {
    path,
    name: "media",
    item: Published,
    query: { contentType: options.contentType ?? options.type },
    limit: options.limit,
  });
  printList(context, options, found, publishedTable);
}
