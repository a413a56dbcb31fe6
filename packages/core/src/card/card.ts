export * as Card from "./card.ts";

import { Collection } from "../collection/collection.ts";
import { config } from "../config.ts";
import { Event } from "../event/event.ts";
import { Gallery } from "../gallery/gallery.ts";
import { Keys } from "../keys.ts";

/** What a link to an event or a collection shows where somebody shares it: plain text, addresses in full. */
export interface Card {
  title: string;
  description: string;
  url: string;
  /** A picture of it, where there is one. */
  image?: string;
}

/** Whose card, and whose page. */
export type Owner = { eventId: string } | { collectionId: string };

/** The owner's card by its records as they are now; undefined when it is gone. */
export const of = (owner: Owner): Promise<Card | undefined> =>
  "eventId" in owner ? ofEvent(owner.eventId) : ofCollection(owner.collectionId);

async function ofEvent(eventId: string): Promise<Card | undefined> {
  const event = await Event.current(eventId);
  if (!event) return undefined;
  const image = event.flyer?.url ?? (await Gallery.first(eventId))?.urls.thumbnail;
  const description = [inWords([event.venue, when(event)]), "Clips and photos from fans."].join(" ").trim();
  return { title: inLine(event.title), description, url: addressOf({ eventId }), ...(image ? { image } : {}) };
}

async function ofCollection(collectionId: string): Promise<Card | undefined> {
  const found = await Collection.current(collectionId);
  if (!found) return undefined;
  const { title, description = "A collection of clips and photos from fans.", first } = found;
  const url = addressOf({ collectionId });
  const image = first?.urls.thumbnail;
  return { title: inLine(title), description: shortened(inLine(description)), url, ...(image ? { image } : {}) };
}

/** Where the owner's page is. */
const addressOf = (owner: Owner) => `${config.pagesUrl}/${Keys.page(owner)}`;

/** Of the venue's own zone nothing is known: UTC, and it says so. */
const DATES = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

function when({ startsAt, endsAt }: { startsAt?: string | undefined; endsAt?: string | undefined }) {
  if (!startsAt) return undefined;
  const start = new Date(startsAt);
  return `${endsAt ? DATES.formatRange(start, new Date(endsAt)) : DATES.format(start)} UTC`;
}

const inWords = (facts: (string | undefined)[]) => {
  const known = facts.filter((fact) => fact !== undefined).map(inLine);
  return known.length > 0 ? `${known.join(", ")}.` : "";
};

const inLine = (text: string) => text.replace(/\s+/g, " ");

/** Who shows cards cuts them off at about two lines. */
const DESCRIPTION_CHARACTERS = 200;
const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cut between characters as people see them: an emoji may be made of many. */
function shortened(text: string): string {
  const characters = Array.from(CHARACTERS.segment(text), ({ segment }) => segment);
  if (characters.length <= DESCRIPTION_CHARACTERS) return text;
  return `${characters
    .slice(0, DESCRIPTION_CHARACTERS - 1)
    .join("")
    .trimEnd()}…`;
}
