import { Command, Option } from "commander";
import type { Call } from "../../api/caller.ts";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { idOf, type MediaRef, mediaOf, refText } from "../../input/ids.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

const MEDIA = "as UPLOAD/video or UPLOAD/image1: `events media` lists them so";

export function addCommand(context: Context): Command {
  const command = new Command("add")
    .summary("add media at the end")
    .description(
      "Adds published media at the end of a collection of yours; media that are in it already stay at their place.",
    )
    .argument("<collection>")
    .argument("<media...>", MEDIA);
  return addUser(command).action((collection: string, media: string[], options: Common) =>
    each(context, collection, media, options, "added", (call, path) => call("PUT", path)),
  );
}

export function removeCommand(context: Context): Command {
  const command = new Command("remove")
    .summary("remove media")
    .description("Removes media from a collection of yours. The media themselves stay.")
    .argument("<collection>")
    .argument("<media...>", MEDIA);
  return addUser(command).action((collection: string, media: string[], options: Common) =>
    each(context, collection, media, options, "removed", (call, path) => call("DELETE", path)),
  );
}

interface MoveOptions extends Common {
  first?: boolean;
  after?: string;
}

export function moveCommand(context: Context): Command {
  const command = new Command("move")
    .summary("move media to another place")
    .description("Moves one of a collection's media to another place in its order.")
    .argument("<collection>")
    .argument("<media>", MEDIA)
    .addOption(new Option("--first", "before all others").conflicts("after"))
    .option("--after <media>", "right after this one");
  return addUser(command).action((collection: string, media: string, options: MoveOptions) => {
    if (!options.first && options.after === undefined)
      throw new CliError("name the new place: --first, or --after MEDIA");
    const after = options.after === undefined ? null : mediaOf(options.after);
    return each(context, collection, [media], options, "moved", (call, path) =>
      call("PATCH", path, { body: { after } }),
    );
  });
}

async function each(
  context: Context,
  collection: string,
  names: string[],
  options: Common,
  done: string,
  work: (call: Call, path: string) => Promise<unknown>,
) {
  const collectionId = idOf("collection", collection);
  const media = names.map(mediaOf);
  const { call } = await connectAs(context, options, "creative");
  // One after the other, so that they keep the order in which they are named.
  for (const { uploadId, mediaId } of media)
    await work(call, `/collections/${collectionId}/media/${uploadId}/${mediaId}`);
  const text = () => media.map((one: MediaRef) => `${done} ${refText(one)}`).join("\n");
  print(context, options, { collectionId, [done]: media }, text);
}
