import { CollectionEntity } from "../store/collection.entity.ts";
import { EventEntity } from "../store/event.entity.ts";
import { every } from "../store/every.ts";
import type { Owner } from "./card.ts";

/** A place in the list of everything that has a page: events first, then collections. */
export interface Place {
  of: "events" | "collections";
  cursor: string | null;
}

export const BEGINNING: Place = { of: "events", cursor: null };
const ROWS = 100;

/**
 * Some owners of pages from a place on, deleted ones too, whose page may have been left behind; and where it goes on,
 * undefined at the end.
 */
export async function owners({ of, cursor }: Place): Promise<{ owners: Owner[]; next?: Place }> {
  if (of === "events") {
    const page = await EventEntity.query.newest({}).go({ cursor, limit: ROWS, attributes: ["eventId"] });
    const next: Place = page.cursor ? { of, cursor: page.cursor } : { of: "collections", cursor: null };
    return { owners: page.data, next };
  }
  // Collections are in no list of all of them. They are asked for only where the pages are published anew.
  const page = await CollectionEntity.scan.go({ cursor, limit: ROWS * 10, attributes: ["collectionId"] });
  return { owners: page.data, ...(page.cursor ? { next: { of, cursor: page.cursor } } : {}) };
}

/** All events of a creative. */
export async function* eventsOf(creativeId: string): AsyncGenerator<Owner> {
  const query = EventEntity.query.byCreative({ creativeId });
  for await (const { eventId } of every((cursor) => query.go({ cursor }))) yield { eventId };
}
