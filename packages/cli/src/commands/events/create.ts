import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Event } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { eventFacts } from "../../show/event.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";
import { addFields, bodyOf, type Fields } from "./fields.ts";

export function createCommand(context: Context): Command {
  const command = new Command("create")
    .summary("make an event of your own")
    .description(
      'Makes an event. By default it takes uploads for 30 days from now. Times are local ("2026-06-01 20:00") unless they name a zone.',
    )
    .argument("<title>");
  return addUser(addFields(command)).action((title: string, options: Fields & Common) => run(context, title, options));
}

async function run(context: Context, title: string, options: Fields & Common) {
  const { call } = await connectAs(context, options, "creative");
  const headers = { "idempotency-key": randomUUID() };
  const event = parse(Event, await call("POST", "/events", { headers, body: bodyOf({ ...options, title }) }));
  print(context, options, event, () => eventFacts(event));
}
