import { Command } from "commander";
import { parse } from "../../api/caller.ts";
import { Download } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { timeText } from "../../format.ts";
import { idOf, mediaIdOf } from "../../input/ids.ts";
import { facts } from "../../show/facts.ts";
import { addPublic, type Common, connect, print } from "../common.ts";

export function downloadCommand(context: Context): Command {
  const command = new Command("download")
    .summary("print a temporary URL that saves published media as a file")
    .description(
      "Prints a temporary URL of published media. A browser that opens it saves a file with a name of its own.",
    )
    .argument("<upload>")
    .argument("<media>", "video, image1, image2 …");
  return addPublic(command).action((upload: string, media: string, options: Common) =>
    run(context, upload, media, options),
  );
}

async function run(context: Context, id: string, media: string, options: Common) {
  const path = `/uploads/${idOf("upload", id)}/media/${mediaIdOf(media)}/download`;
  const { call } = await connect(context, options);
  const found = parse(Download, await call("GET", path));
  const text = () =>
    facts([
      ["file", found.fileName],
      ["url", found.url],
      ["until", timeText(found.expiresAt)],
    ]);
  print(context, options, found, text);
}
