import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Preview } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { timeText } from "../../format.ts";
import { idOf, mediaIdOf } from "../../input/ids.ts";
import { urlLines } from "../../show/media.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

export function previewCommand(context: Context): Command {
  const command = new Command("preview")
    .summary("print temporary URLs of media, also while hidden or waiting")
    .description("Prints temporary URLs of media of your upload or event. Only people with a URL can open it.")
    .argument("<upload>")
    .argument("<media>", "video, image1, image2 …");
  return addUser(command).action((upload: string, media: string, options: Common) =>
    run(context, upload, media, options),
  );
}

async function run(context: Context, id: string, media: string, options: Common) {
  const path = `/uploads/${idOf("upload", id)}/media/${mediaIdOf(media)}/preview`;
  const { call } = await connectAs(context, options, "creative");
  const preview = parse(Preview, await call("GET", path));
  const text = () => [...urlLines(preview.urls), `  until      ${timeText(preview.expiresAt)}`].join("\n");
  print(context, options, preview, text);
}
