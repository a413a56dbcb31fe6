import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Upload } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { idOf, mediaIdOf } from "../../input/ids.ts";
import { uploadFacts } from "../../show/media.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

export function hideCommand(context: Context): Command {
  const command = new Command("hide")
    .summary("hide media of an upload to your event")
    .description("Takes media off the event's page and off the CDN, until `uploads unhide` shows them again.");
  return media(command).action((upload: string, mediaIds: string[], options: Common) =>
    run(context, upload, mediaIds, true, options),
  );
}

export function unhideCommand(context: Context): Command {
  const command = new Command("unhide")
    .summary("show hidden media again")
    .description("Puts hidden media back on the event's page and the CDN.");
  return media(command).action((upload: string, mediaIds: string[], options: Common) =>
    run(context, upload, mediaIds, false, options),
  );
}

function media(command: Command): Command {
  return addUser(command.argument("<upload>").argument("<media...>", "video, image1, image2 …"));
}

async function run(context: Context, id: string, names: string[], hidden: boolean, options: Common) {
  const uploadId = idOf("upload", id);
  const mediaIds = names.map(mediaIdOf);
  const { call } = await connectAs(context, options, "creative");
  let upload: Upload | undefined;
  for (const mediaId of mediaIds)
    upload = parse(Upload, await call("PATCH", `/uploads/${uploadId}/media/${mediaId}`, { body: { hidden } }));
  print(context, options, upload, () => uploadFacts(upload!));
}
