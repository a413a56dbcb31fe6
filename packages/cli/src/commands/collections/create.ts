import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Collection } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { collectionFacts } from "../../show/collection.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

interface Options extends Common {
  description?: string;
}

export function createCommand(context: Context): Command {
  const command = new Command("create")
    .summary("make an empty collection")
    .description("Makes an empty collection of your own; `collections add` fills it.")
    .argument("<title>")
    .option("--description <text>");
  return addUser(command).action((title: string, options: Options) => run(context, title, options));
}

async function run(context: Context, title: string, options: Options) {
  const { description } = options;
  const { call } = await connectAs(context, options, "creative");
  const headers = { "idempotency-key": randomUUID() };
  const body = { title, ...(description !== undefined && { description }) };
  const collection = parse(Collection, await call("POST", "/collections", { headers, body }));
  print(context, options, collection, () => collectionFacts(collection));
}
