import { Command } from "commander";
import * as v from "valibot";
import type { Context } from "../context.ts";
import { DEMO_EVENT_ID } from "../demo.ts";
import { CliError } from "../errors.ts";
import { inspect } from "../files/media-file.ts";
import { configDirectory, dataDirectory } from "../paths.ts";
import { Screen } from "../progress/screen.ts";
import { findCloud } from "../start/run-file.ts";
import { fanId } from "../upload/fan.ts";
import { hint, judge, print } from "../upload/report.ts";
import { upload } from "../upload/upload.ts";

interface Options {
  event: string;
  api?: string;
  fan?: string;
  json?: boolean;
}

export function uploadCommand(context: Context): Command {
  return new Command("upload")
    .summary("send a video and photos to an event")
    .description(
      "Sends the files as one upload (at most one video and 20 photos) and waits until they are published.\n" +
        "Run again after an interruption, it sends only what is missing.",
    )
    .argument("<files...>", "videos and photos")
    .requiredOption("--event <id>", 'the event they belong to; "demo" is the one of the local cloud')
    .option("--api <url>", "the API to send to (default: the running local cloud)")
    .option("--fan <id>", "the fan who sends (default: a random one, kept for this user)")
    .option("--json", "print the upload's record as JSON")
    .addHelpText("after", "\nExit codes: 0 published, 1 failed, 2 refused (the reason is shown), 130 interrupted.")
    .action((paths: string[], options: Options) => run(context, paths, options));
}

async function run(context: Context, paths: string[], options: Options) {
  const files = inspect(paths);
  const input = {
    eventId: eventOf(options.event),
    api: options.api ? baseOf(options.api) : findCloud(dataDirectory(context)).api,
    fanId: options.fan ? idOf("--fan", options.fan) : fanId(configDirectory(context)),
    files,
  };
  const screen = new Screen(context.stderr);
  try {
    const finished = await upload(context, screen, input);
    print(context, finished, files, options.json ?? false);
    judge(finished);
  } catch (error) {
    hint(screen, error);
    throw error;
  }
}

/** The id behind the name: `demo` is the seeded event. */
export function eventOf(name: string): string {
  return name === "demo" ? DEMO_EVENT_ID : idOf("--event", name);
}

function idOf(option: string, value: string): string {
  if (v.is(v.pipe(v.string(), v.uuid()), value)) return value.toLowerCase();
  throw new CliError(`${option} ${value}: not a UUID`);
}

/** Without trailing slashes, so that paths can follow. */
function baseOf(api: string): string {
  if (!URL.canParse(api) || !/^https?:$/.test(new URL(api).protocol))
    throw new CliError(`--api ${api}: not an HTTP URL`);
  return api.replace(/\/+$/, "");
}
