import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Event } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { clean } from "../../format.ts";
import { eventOf } from "../../input/ids.ts";
import { confirm } from "../../input/prompt.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

interface Options extends Common {
  yes?: boolean;
}

export function deleteCommand(context: Context): Command {
  const command = new Command("delete")
    .summary("delete an event of yours and all that was sent to it")
    .description("Deletes an event, its flyer, and every upload to it, published or not. This cannot be undone.")
    .argument("<event>")
    .option("--yes", "do not ask");
  return addUser(command).action((event: string, options: Options) => run(context, event, options));
}

async function run(context: Context, name: string, options: Options) {
  const eventId = eventOf(name);
  const { call } = await connectAs(context, options, "creative");
  const { title } = parse(Event, await call("GET", `/events/${eventId}`));
  await confirm(context, `delete the event "${title}" and everything that was sent to it`, options.yes);
  await call("DELETE", `/events/${eventId}`);
  print(context, options, { eventId, deleted: true }, () => `deleted the event "${clean(title)}"`);
}
