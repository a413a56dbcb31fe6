import { Command } from "commander";
import * as v from "valibot";
import { type Call, parse } from "../../api/caller.ts";
import { list } from "../../api/pages.ts";
import { Decided, Upload, Waiting } from "../../api/schemas.ts";
import type { Context } from "../../context.ts";
import { CliError, Refusal } from "../../errors.ts";
import { counted } from "../../format.ts";
import { eventOf, type SomeMedia, someMediaOf } from "../../input/ids.ts";
import { decidedLine } from "../../show/review.ts";
import { addUser, type Common, connectAs, print } from "../common.ts";

/** What the API decides on at once. */
const AT_ONCE = 100;

interface Options extends Common {
  all?: boolean;
  event?: string;
  because?: string;
}

export function publishCommand(context: Context): Command {
  const command = new Command("publish")
    .summary("publish what waits")
    .description("Publishes media that wait for you: they are on the event's page as soon as the CDN serves them.");
  return addMedia(command).action((media: string[], options: Options) => run(context, "publish", media, options));
}

export function refuseCommand(context: Context): Command {
  const command = new Command("refuse")
    .summary("refuse what waits")
    .description("Refuses media that wait for you: their files are removed, and the fans who sent them read why.")
    .option("--because <sentence>", "what the fans read");
  return addMedia(command).action((media: string[], options: Options) => run(context, "refuse", media, options));
}

function addMedia(command: Command): Command {
  command
    .argument("[media...]", "as UPLOAD/video or UPLOAD/image1; UPLOAD is all of it that waits")
    .option("--all", "all that waits; with --event")
    .option("--event <id>", "the event");
  return addUser(command);
}

async function run(context: Context, verb: "publish" | "refuse", names: string[], options: Options) {
  const media = names.map(someMediaOf);
  const event = options.event === undefined ? undefined : eventOf(options.event, "--event");
  if (options.all ? media.length > 0 || event === undefined : media.length === 0)
    throw new CliError("name media, or all of an event: --all --event EVENT");
  const { call } = await connectAs(context, options, "creative");
  const wanted = options.all ? await everything(call, event!) : await byEvent(call, media, event);
  const results: Decided[] = [];
  for (const [eventId, some] of wanted)
    for (let start = 0; start < some.length; start += AT_ONCE) {
      const said = options.because === undefined ? {} : { text: options.because };
      const body = { media: some.slice(start, start + AT_ONCE), ...said };
      const answer = parse(Results, await call("POST", `/events/${eventId}/review/${verb}`, { body }));
      results.push(...answer.results);
    }
  print(context, options, results, () => results.map(decidedLine).join("\n") || "nothing waits");
  const failed = results.filter(({ error }) => error).length;
  if (failed > 0) throw new Refusal(`${counted(failed, "file")} of ${results.length} could not be decided on`);
}

const Results = v.looseObject({ results: v.array(Decided) });

/** All that waits at this moment. */
async function everything(call: Call, eventId: string) {
  const path = `/events/${eventId}/review`;
  const { items } = await list(call, { path, name: "media", item: Waiting, limit: Number.POSITIVE_INFINITY });
  return new Map([[eventId, items.map(({ uploadId, mediaId }): SomeMedia => ({ uploadId, mediaId }))]]);
}

/** The media by their events, which the records tell where no event was named. */
async function byEvent(call: Call, media: SomeMedia[], event: string | undefined) {
  const eventIds = new Map<string, string>();
  for (const { uploadId } of media)
    if (!eventIds.has(uploadId))
      eventIds.set(uploadId, event ?? parse(Upload, await call("GET", `/uploads/${uploadId}`)).eventId);
  return Map.groupBy(media, ({ uploadId }) => eventIds.get(uploadId)!);
}
