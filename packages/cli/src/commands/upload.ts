import { Command } from "commander";
import type { Context } from "../context.ts";
import { inspect } from "../files/media-file.ts";
import { eventOf } from "../input/ids.ts";
import { hint, judge, print } from "../upload/report.ts";
import { upload } from "../upload/upload.ts";
import { addUser, type Common, connectAs } from "./common.ts";

interface Options extends Common {
  event: string;
}

export function uploadCommand(context: Context): Command {
  const command = new Command("upload")
    .summary("send a video and photos to an event")
    .description(
      "Sends the files as one upload (at most one video and 20 photos) and waits until they are published.\n" +
        "Run again after an interruption, it sends only what is missing.",
    )
    .argument("<files...>", "videos and photos")
    .requiredOption("--event <id>", 'the event they belong to; "demo" is the event of the local cloud');
  return addUser(command)
    .addHelpText("after", "\nExit codes: 0 published, 1 failed, 2 refused (the reason is shown), 130 interrupted.")
    .action((paths: string[], options: Options) => run(context, paths, options));
}

async function run(context: Context, paths: string[], options: Options) {
  const files = inspect(paths);
  const eventId = eventOf(options.event, "--event");
  const { target, session, screen } = await connectAs(context, options, "fan");
  try {
    const finished = await upload(context, screen, { api: target.api, eventId, session, files });
    print(context, finished, files, options.json ?? false);
    judge(finished);
  } catch (error) {
    hint(screen, error);
    throw error;
  }
}
