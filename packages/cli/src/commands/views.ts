import { Day } from "@dropclip/core/day";
import { RANKED_DAYS_MAX } from "@dropclip/core/limits";
import { Command } from "commander";
import { type Call, parse } from "../api/caller.ts";
import { type Listing, list } from "../api/pages.ts";
import { MediaViews, Views } from "../api/schemas.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { eventOf, idOf, mediaOf } from "../input/ids.ts";
import { pageOf } from "../show/page.ts";
import { viewsPage } from "../show/views.ts";
import { addLimit, addUser, type Common, connectAs, type Limited, print, tellMore } from "./common.ts";

interface Options extends Common, Limited {
  collection?: string;
  media?: string;
  from?: string;
  to?: string;
}

export function viewsCommand(context: Context): Command {
  const command = new Command("views")
    .summary("tell how often media of your event or collection were watched")
    .description(
      "Tells how often clips were started and photos opened, day by day, and which were watched most. Counted from the CDN's access logs, usually within an hour: a lower bound. Days are in UTC.",
    )
    .argument("[event]", 'its id, or "demo"')
    .option("--collection <collection>", "of a collection instead")
    .option("--media <upload/media>", "of one media instead: UPLOAD/video, UPLOAD/image1 …")
    .option("--from <day>", "first day, such as 2026-06-01 (default: 30 days)")
    .option("--to <day>", "last day (default: today)");
  return addUser(addLimit(command)).action((event: string | undefined, options: Options) =>
    run(context, event, options),
  );
}

async function run(context: Context, event: string | undefined, options: Options) {
  const place = placeOf(event, options);
  const days = daysOf(options);
  const { call } = await connectAs(context, options, "creative");
  const views = parse(Views, await call("GET", `${place}?${new URLSearchParams(days)}`));
  const ranking = options.media === undefined ? await rankingOf(context, call, place, days, options.limit) : undefined;
  print(context, options, { ...views, ...(ranking ? { media: ranking.items } : {}) }, () =>
    viewsPage(views, ranking?.items, pageOf(context)),
  );
  if (ranking) tellMore(context, ranking);
}

/** The path that is asked. */
function placeOf(event: string | undefined, { collection, media }: Options): string {
  if ([event, collection, media].filter((one) => one !== undefined).length !== 1)
    throw new CliError("name an event, or --collection or --media: one of them");
  if (event !== undefined) return `/events/${eventOf(event)}/views`;
  if (collection !== undefined) return `/collections/${idOf("--collection", collection)}/views`;
  const { uploadId, mediaId } = mediaOf(media!);
  return `/uploads/${uploadId}/media/${mediaId}/views`;
}

function daysOf({ from, to }: Options): Record<string, string> {
  const given = Object.entries({ from, to }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}

/** The most watched of the named days; of all days where none are named, or more than are ranked. */
async function rankingOf(
  { clock }: Context,
  call: Call,
  place: string,
  days: Record<string, string>,
  limit: number,
): Promise<Listing<MediaViews>> {
  const { from, to = Day.of(clock.now()) } = days;
  const few = from !== undefined && from >= Day.before(to, RANKED_DAYS_MAX - 1);
  return list(call, { path: `${place}/media`, name: "media", item: MediaViews, query: few ? days : {}, limit });
}
