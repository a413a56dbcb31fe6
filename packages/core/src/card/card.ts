export * as Card from "./card.ts";

import { Profile } from "../account/profile.ts";
import { Collection } from "../collection/collection.ts";
import { config } from "../config.ts";
import { Event } from "../event/event.ts";
import { Gallery } from "../gallery/gallery.ts";
import { Keys } from "../keys.ts";
import { describeCollection, describeEvent, inLine } from "./words.ts";

/** What a link to an event or a collection shows where somebody shares it: plain text, addresses in full. */
export interface Card {
  title: string;
  description: string;
  url: string;
  /** A picture of it, where there is one. */
  image?: string;
  /** The picture that its page shows first, where that is known before the page asks. */
  first?: string;
}

/** Whose card, and whose page. */
export type Owner = { eventId: string } | { collectionId: string };

/** The owner's card by its records as they are at this moment; undefined when it is gone. */
export const of = (owner: Owner): Promise<Card | undefined> =>
  "eventId" in owner ? ofEvent(owner.eventId) : ofCollection(owner.collectionId);

async function ofEvent(eventId: string): Promise<Card | undefined> {
  const event = await Event.current(eventId);
  if (!event) return undefined;
  const { flyer } = event;
  const { displayName: performer } = await Profile.own(event.creativeId);
  const description = describeEvent({ ...event, performer });
  if (flyer) return make({ eventId }, event.title, description, flyer.url, flyer.thumbnail ?? flyer.url);
  // The page begins with what was published last.
  return make({ eventId }, event.title, description, (await Gallery.first(eventId))?.urls.thumbnail);
}

async function ofCollection(collectionId: string): Promise<Card | undefined> {
  const collection = await Collection.current(collectionId);
  if (!collection) return undefined;
  const image = collection.first?.urls.thumbnail;
  return make({ collectionId }, collection.title, describeCollection(collection), image, image);
}

const make = (owner: Owner, title: string, description: string, image?: string, first?: string): Card => ({
  ...{ title: inLine(title), description, url: `${config.pagesUrl}/${Keys.page(owner)}` },
  ...(image ? { image } : {}),
  ...(first ? { first } : {}),
});
