import { Command } from "commander";
import { list } from "../../api/pages.ts";
import { Collection } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { collectionTable } from "../../show/collection.ts";
import { addLimit, addUser, type Common, connectAs, type Limited, printList } from "../common.ts";

export function listCommand(context: Context): Command {
  const command = new Command("list")
    .summary("list your collections, newest first")
    .description("Lists the collections you have made, newest first.");
  return addUser(addLimit(command)).action((options: Common & Limited) => run(context, options));
}

async function run(context: Context, options: Common & Limited) {
  const { call } = await connectAs(context, options, "creative");
  const found = await list(call, { path: "/collections", name: "collections", item: Collection, limit: options.limit });
  printList(context, options, found, collectionTable);
}
