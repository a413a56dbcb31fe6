import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Collection } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { idOf } from "../../input/ids.ts";
import { collectionFacts } from "../../show/collection.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

interface Options extends Common {
  description?: string | false;
}

export function renameCommand(context: Context): Command {
  const command = new Command("rename")
    .summary("give a collection another title")
    .description("Gives a collection of yours another title, and another description if one is given.")
    .argument("<collection>")
    .argument("<title>")
    .option("--description <text>")
    .option("--no-description", "remove the description");
  return addUser(command).action((collection: string, title: string, options: Options) =>
    run(context, collection, title, options),
  );
}

async function run(context: Context, id: string, title: string, options: Options) {
  const path = `/collections/${idOf("collection", id)}`;
  const { description } = options;
  const { call } = await connectAs(context, options, "creative");
  const body = { title, ...(description !== undefined && { description: description || null }) };
  const collection = parse(Collection, await call("PATCH", path, { body }));
  print(context, options, collection, () => collectionFacts(collection));
}
