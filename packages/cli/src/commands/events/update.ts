import { Command, Option } from "commander";
import { parse } from "../../api/caller.ts";
import { Event } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { eventOf } from "../../input/ids.ts";
import { eventFacts } from "../../show/event.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";
import { addFields, bodyOf, type Fields } from "./fields.ts";

export function updateCommand(context: Context): Command {
  const command = new Command("update")
    .summary("change an event of yours")
    .description("Changes what the options name. Limits hold for uploads made from then on.")
    .argument("<event>")
    .option("--title <title>", "another title");
  return addUser(addFields(command))
    .option("--no-venue", "no venue; also --no-starts, --no-ends, --no-review")
    .addOption(new Option("--no-starts").hideHelp())
    .addOption(new Option("--no-ends").hideHelp())
    .addOption(new Option("--no-review").hideHelp())
    .action((event: string, options: Fields & Common) => run(context, event, options));
}

async function run(context: Context, name: string, options: Fields & Common) {
  const eventId = eventOf(name);
  const body = bodyOf(options);
  if (Object.keys(body).length === 0) throw new CliError("nothing to change: say what, for example --title");
  const { call } = await connectAs(context, options, "creative");
  const event = parse(Event, await call("PATCH", `/events/${eventId}`, { body }));
  print(context, options, event, () => eventFacts(event));
}
