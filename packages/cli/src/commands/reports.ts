import { Command } from "commander";
import { list } from "../api/pages.ts";
import { Report } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import { eventOf, idOf } from "../input/ids.ts";
import { reportTable } from "../show/report.ts";
import { addLimit, addUser, type Common, connectAs, type Limited, print, printList } from "./common.ts";

interface Options extends Common, Limited {
  close?: string;
}

export function reportsCommand(context: Context): Command {
  const command = new Command("reports")
    .summary("list what users reported of an event's media")
    .description(
      "Lists the open reports about media of your event, newest first, or closes one. `uploads hide` takes the media off the page.",
    )
    .argument("<event>", 'its id, or "demo"')
    .option("--close <report>", "you have dealt with this one: it is deleted");
  return addUser(addLimit(command)).action((event: string, options: Options) => run(context, event, options));
}

async function run(context: Context, event: string, options: Options) {
  const path = `/events/${eventOf(event)}/reports`;
  const reportId = options.close === undefined ? undefined : idOf("--close", options.close);
  const { call } = await connectAs(context, options, "creative");
  if (reportId !== undefined) {
    await call("DELETE", `${path}/${reportId}`);
    print(context, options, { reportId, closed: true }, () => `closed ${reportId}`);
    return;
  }
  const found = await list(call, { path, name: "reports", item: Report, limit: options.limit });
  printList(context, options, found, reportTable);
}
