import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { list } from "../../api/pages.ts";
import { Collection, Published } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { idOf } from "../../input/ids.ts";
import { collectionPage } from "../../show/collection.ts";
import { pageOf } from "../../show/page.ts";
import { addLimit, addPublic, type Common, connect, type Limited, print, tellMore } from "../common.ts";

export function showCommand(context: Context): Command {
  const command = new Command("show")
    .summary("show one collection and its media, in their order")
    .description("Shows a collection and its media, in their order, as the public sees them.")
    .argument("<collection>");
  return addPublic(addLimit(command)).action((collection: string, options: Common & Limited) =>
    run(context, collection, options),
  );
}

async function run(context: Context, id: string, options: Common & Limited) {
  const path = `/collections/${idOf("collection", id)}`;
  const { call } = await connect(context, options);
  // Every page of its media also contains the collection itself.
  let first: Collection | undefined;
  const noted: typeof call = async (...asked) => {
    const answer = await call(...asked);
    first ??= parse(Collection, answer);
    return answer;
  };
  const media = await list(noted, { path, name: "media", item: Published, limit: options.limit });
  const { cursor: _, ...collection } = first!;
  print(context, options, { ...collection, media: media.items }, () =>
    collectionPage(collection, media.items, pageOf(context)),
  );
  tellMore(context, media);
}
