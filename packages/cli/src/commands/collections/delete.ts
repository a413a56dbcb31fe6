import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Collection } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { clean } from "../../format.ts";
import { idOf } from "../../input/ids.ts";
import { confirm } from "../../input/prompt.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

interface Options extends Common {
  yes?: boolean;
}

export function deleteCommand(context: Context): Command {
  const command = new Command("delete")
    .summary("delete a collection, not its media")
    .description("Deletes a collection of yours. Its media stay.")
    .argument("<collection>")
    .option("--yes", "do not ask");
  return addUser(command).action((collection: string, options: Options) => run(context, collection, options));
}

async function run(context: Context, id: string, options: Options) {
  const collectionId = idOf("collection", id);
  const path = `/collections/${collectionId}`;
  const { call } = await connectAs(context, options, "creative");
  const { title } = parse(Collection, await call("GET", `${path}?limit=1`));
  await confirm(context, `delete the collection "${title}"`, options.yes);
  await call("DELETE", path);
  print(context, options, { collectionId, deleted: true }, () => `deleted the collection "${clean(title)}"`);
}
