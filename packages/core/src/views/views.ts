export * as Views from "./views.ts";

import * as v from "valibot";
import { Day } from "../day.ts";
import { UploadNotFound } from "../errors.ts";
import { Event } from "../event/event.ts";
import { fn } from "../fn.ts";
import { Id, type Source, system } from "../ids.ts";
import { RANKED_DAYS_MAX, VIEWS_DAYS_MAX } from "../limits.ts";
import { Cursor } from "../store/cursor.ts";
import { EventViewsEntity } from "../store/event-views.entity.ts";
import { every } from "../store/every.ts";
import { ALL_DAYS, MediaViewsEntity } from "../store/media-views.entity.ts";
import { MediaId } from "../upload/schemas.ts";
import { Upload } from "../upload/upload.ts";
import { countsOf, sum } from "./count.ts";
import { Asked, rangeOf } from "./range.ts";
import { pageOf, ranked } from "./ranking.ts";
import type { Info } from "./schemas.ts";

export { Info, OfMedia } from "./schemas.ts";

/** Days that are read at the same time. */
const PARALLEL = 8;

/** The views of the creative's own event. `EventNotFound`, `DaysNotTaken`. */
export const ofEvent = fn(
  v.object({ ...Asked, eventId: Id, creativeId: Id }),
  async ({ eventId, creativeId, ...asked }, source: Source = system): Promise<Info> => {
    await Event.owned(eventId, creativeId);
    const range = rangeOf(asked, VIEWS_DAYS_MAX, source.now());
    const { data } = await EventViewsEntity.query
      .views({ eventId })
      .between({ day: range.from }, { day: range.to })
      .go({ pages: "all" });
    return { ...range, ...sum(data), days: data.map((row) => ({ day: row.day, ...countsOf(row) })) };
  },
);

/**
 * A page of the media of the creative's own event, the most watched first; of all days, unless some are named.
 * `EventNotFound`, `DaysNotTaken`.
 */
export const rankedOfEvent = fn(
  v.object({ ...Asked, ...Cursor.Page.entries, eventId: Id, creativeId: Id }),
  async ({ eventId, creativeId, from, to, ...page }, source: Source = system) => {
    await Event.owned(eventId, creativeId);
    const days = from === undefined && to === undefined ? [ALL_DAYS] : daysOf({ from, to }, source);
    const rows = [];
    for (let start = 0; start < days.length; start += PARALLEL)
      rows.push(
        ...(await Promise.all(days.slice(start, start + PARALLEL).map((day) => rowsOfDay(eventId, day)))).flat(),
      );
    return pageOf(ranked(rows), page, `views/${eventId}/${days[0]}/${days.at(-1)}`);
  },
);

function daysOf(asked: { from?: string | undefined; to?: string | undefined }, source: Source): string[] {
  const { from, to } = rangeOf(asked, RANKED_DAYS_MAX, source.now());
  return [...Day.between(from, to)];
}

async function rowsOfDay(eventId: string, day: string) {
  const { data } = await MediaViewsEntity.query.byDay({ eventId, day }).go({ pages: "all" });
  return data;
}

/** The views of one media of the creative's own events. `UploadNotFound`, `MediaNotFound`, `DaysNotTaken`. */
export const ofMedia = fn(
  v.object({ ...Asked, uploadId: Id, mediaId: MediaId, creativeId: Id }),
  async ({ uploadId, mediaId, creativeId, ...asked }, source: Source = system): Promise<Info> => {
    const rows = await Upload.read(uploadId);
    if (rows.upload.creativeId !== creativeId || rows.upload.status === "deleted") throw UploadNotFound();
    Upload.mediaOf(rows, mediaId);
    const range = rangeOf(asked, VIEWS_DAYS_MAX, source.now());
    const days = (await daysOfMedia({ uploadId, mediaId }, range)).map((row) => ({ day: row.day, ...countsOf(row) }));
    return { ...range, ...sum(days), days };
  },
);

/** Its rows, day by day. */
export async function daysOfMedia(
  { uploadId, mediaId }: { uploadId: string; mediaId: string },
  { from, to }: { from: string; to: string },
) {
  const query = MediaViewsEntity.query.views({ uploadId, mediaId }).between({ day: from }, { day: to });
  const rows = [];
  for await (const row of every((cursor) => query.go({ cursor }))) rows.push(row);
  return rows;
}
