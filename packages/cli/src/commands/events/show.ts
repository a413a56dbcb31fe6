import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Event } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { eventOf } from "../../input/ids.ts";
import { eventFacts } from "../../show/event.ts";
import { addPublic, type Common, connect, print } from "../common.ts";

export function showCommand(context: Context): Command {
  const command = new Command("show")
    .summary("show one event")
    .description("Shows all facts of an event.")
    .argument("<event>", 'its id, or "demo"');
  return addPublic(command).action((event: string, options: Common) => run(context, event, options));
}

async function run(context: Context, name: string, options: Common) {
  const eventId = eventOf(name);
  const { call } = await connect(context, options);
  const event = parse(Event, await call("GET", `/events/${eventId}`));
  print(context, options, event, () => eventFacts(event));
}
