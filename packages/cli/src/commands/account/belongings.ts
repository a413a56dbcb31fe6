import { type Call, parse } from "../../api/caller.ts";
import { list } from "../../api/pages.ts";
import { Collection, Event, Me, Upload } from "../../api/schemas.ts";
import { counted } from "../../format.ts";
import { facts } from "../../show/facts.ts";

/** Larger counts are shown as "more than". */
const MOST = 1000;
/** Titles that are listed by name. */
const NAMED = 10;

/** What is deleted with an account. */
export interface Belongings {
  uploads: number;
  events: string[];
  collections: string[];
  hasPicture: boolean;
  /** Whether there are more than were counted. */
  more: boolean;
}

/** What the user owns, according to the API. */
export async function belongingsOf(call: Call): Promise<Belongings> {
  const { userId, groups, picture } = parse(Me, await call("GET", "/me"));
  const uploads = await list(call, { path: "/me/uploads", name: "uploads", item: Upload, limit: MOST });
  // A user who was a creative once still owns their events.
  const query = { creativeId: userId };
  const events = await list(call, { path: "/events", name: "events", item: Event, query, limit: MOST });
  const collections = groups.includes("creative")
    ? await list(call, { path: "/collections", name: "collections", item: Collection, limit: MOST })
    : { items: [], more: false };
  return {
    uploads: uploads.items.length,
    events: events.items.map(({ title }) => title),
    collections: collections.items.map(({ title }) => title),
    hasPicture: picture !== undefined,
    more: uploads.more || events.more || collections.more,
  };
}

export const belongingsFacts = (name: string, { uploads, events, collections, hasPicture, more }: Belongings): string =>
  facts([
    ["account", name],
    ["uploads", uploads || undefined],
    ["events", named(events)],
    ["", events.length > 0 ? "with their flyers and all that fans sent to them" : undefined],
    ["collections", named(collections)],
    ["picture", hasPicture ? "your profile picture" : undefined],
    ["and", more ? "more that is not counted here" : undefined],
  ]);

function named(titles: string[]): string | undefined {
  if (titles.length === 0) return undefined;
  const others = titles.length - NAMED;
  return `${titles.slice(0, NAMED).join(", ")}${others > 0 ? ` and ${counted(others, "other")}` : ""}`;
}
