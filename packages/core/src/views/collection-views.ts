export * as CollectionViews from "./collection-views.ts";

import * as v from "valibot";
import { Collection } from "../collection/collection.ts";
import { fn } from "../fn.ts";
import { Id, type Source, system } from "../ids.ts";
import { VIEWS_DAYS_MAX } from "../limits.ts";
import { Cursor } from "../store/cursor.ts";
import { inFull } from "../store/database.ts";
import { ALL_DAYS, MediaViewsEntity } from "../store/media-views.entity.ts";
import { grouped, sum } from "./count.ts";
import { Asked, rangeOf } from "./range.ts";
import { pageOf, ranked } from "./ranking.ts";
import type { Info } from "./schemas.ts";
import { Views } from "./views.ts";

export { Info, OfMedia } from "./schemas.ts";

/** Media whose days are read at the same time. */
const PARALLEL = 16;

/**
 * The views of all media of the creative's own collection, wherever they were watched. `CollectionNotFound`,
 * `DaysNotTaken`.
 */
export const of = fn(
  v.object({ ...Asked, collectionId: Id, creativeId: Id }),
  async ({ collectionId, creativeId, ...asked }, source: Source = system): Promise<Info> => {
    const entries = await Collection.own({ collectionId, creativeId });
    const range = rangeOf(asked, VIEWS_DAYS_MAX, source.now());
    const rows = await rowsOf(entries, range);
    const days = grouped(rows, ({ day }) => day).map(([day, same]) => ({ day, ...sum(same) }));
    return { ...range, ...sum(rows), days: days.sort((a, b) => (a.day < b.day ? -1 : 1)) };
  },
);

/** A page of its media, the most watched first; of all days, unless some are named. The same errors. */
export const rankedOf = fn(
  v.object({ ...Asked, ...Cursor.Page.entries, collectionId: Id, creativeId: Id }),
  async ({ collectionId, creativeId, from, to, ...page }, source: Source = system) => {
    const entries = await Collection.own({ collectionId, creativeId });
    const range =
      from === undefined && to === undefined ? undefined : rangeOf({ from, to }, VIEWS_DAYS_MAX, source.now());
    const rows = range ? await rowsOf(entries, range) : await totalsOf(entries);
    return pageOf(ranked(rows), page, `views/${collectionId}/${range?.from ?? ""}/${range?.to ?? ""}`);
  },
);

type Entry = { uploadId: string; mediaId: string };

async function rowsOf(entries: Entry[], range: { from: string; to: string }) {
  const rows = [];
  for (let start = 0; start < entries.length; start += PARALLEL) {
    const some = entries.slice(start, start + PARALLEL);
    rows.push(...(await Promise.all(some.map((one) => Views.daysOfMedia(one, range)))).flat());
  }
  return rows;
}

const totalsOf = (entries: Entry[]) =>
  inFull(
    entries.map(({ uploadId, mediaId }) => ({ uploadId, mediaId, day: ALL_DAYS })),
    (some) => MediaViewsEntity.get(some).go({ concurrent: 4 }),
  );
