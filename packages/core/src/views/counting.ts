export * as Counting from "./counting.ts";

import { createWriteTransaction } from "electrodb";
import { type Source, system } from "../ids.ts";
import { LOG_DAYS } from "../limits.ts";
import { CountedLogEntity } from "../store/counted-log.entity.ts";
import { inFull } from "../store/database.ts";
import { EventViewsEntity } from "../store/event-views.entity.ts";
import { ALL_DAYS, MediaViewsEntity } from "../store/media-views.entity.ts";
import { again, conflictFree } from "../store/transaction.ts";
import { UploadEntity } from "../store/upload.entity.ts";
import { grouped, sum } from "./count.ts";
import { type Counted, placeOf, Tally } from "./tally.ts";

/** Places that are held in memory at the same time, twice as many in between: some ten megabytes. */
const MOST = 20_000;
/** Rows that one transaction changes, beside the log's own; DynamoDB takes 100 actions (AWS). */
const ROWS = 99;
/** Uploads that are looked up at once (AWS: BatchGetItem). */
const LOOKED_UP = 100;
/**
 * A log object is delivered up to a day late and removed at the end of a day; its event may come again. Its row
 * outlives all that.
 */
const REMEMBERED_DAYS = LOG_DAYS + 10;

/** How far a log object is counted. */
type Progress = { upTo: string; done: boolean };

/**
 * Counts the views of one log object, each exactly once, however often it is asked to and wherever it was cut off: its
 * views are added in a fixed order, some at a time, in the same transaction as the note of how far they are. `read`
 * gives what the object's lines add, from its beginning each time. Returns whether there was anything left to count.
 */
export async function count(
  logKey: string,
  read: () => AsyncIterable<Counted>,
  source: Source = system,
  most = MOST,
): Promise<boolean> {
  const before = await progressOf(logKey);
  let at = before;
  while (!at?.done) {
    const tally = new Tally(at?.upTo ?? "", most);
    for await (const one of read()) tally.add(one);
    const { counted, more } = tally.result();
    if (counted.length === 0) break;
    at = await addAll(logKey, at, counted, more, source);
  }
  return at !== before;
}

async function progressOf(logKey: string): Promise<Progress | undefined> {
  const { data } = await CountedLogEntity.get({ logKey }).go({ consistent: true });
  return data ?? undefined;
}

/** Adds what is counted, in its order, until it is done or another run of the same is found to be further. */
async function addAll(
  logKey: string,
  from: Progress | undefined,
  counted: Counted[],
  more: boolean,
  source: Source,
): Promise<Progress | undefined> {
  let at = from;
  const kept = await existing(counted);
  for (let start = 0; start < counted.length; ) {
    const end = start + fitting(counted.slice(start, start + ROWS));
    const part = counted.slice(start, end);
    const next = { upTo: placeOf(part.at(-1)!), done: end === counted.length && !more };
    const written = await add(logKey, at, next, part.filter(kept), source);
    if (written !== next) return written;
    [at, start] = [next, end];
  }
  return at;
}

/** How many of these, from the first on, one transaction has room for. */
function fitting(counted: Counted[]): number {
  const rows = new Set<string>();
  for (const [index, one] of counted.entries()) {
    for (const row of rowsOf(one)) rows.add(row);
    if (rows.size > ROWS) return index;
  }
  return counted.length;
}

/** Names of the rows that one of them changes. */
const rowsOf = ({ eventId, uploadId, mediaId, day }: Counted) => [
  `${eventId}/${day}`,
  `${uploadId}/${mediaId}/${day}`,
  `${uploadId}/${mediaId}`,
];

/** Tells those of uploads that are there from those that were deleted since: of these nothing is kept. */
async function existing(counted: Counted[]): Promise<(one: Counted) => boolean> {
  const ids = [...new Set(counted.map(({ uploadId }) => uploadId))];
  const there = new Set<string>();
  for (let start = 0; start < ids.length; start += LOOKED_UP) {
    const keys = ids.slice(start, start + LOOKED_UP).map((uploadId) => ({ uploadId }));
    const uploads = await inFull(keys, (some) => UploadEntity.get(some).go({ consistent: true }));
    for (const { uploadId, status } of uploads) if (status !== "deleted") there.add(uploadId);
  }
  return ({ uploadId }) => there.has(uploadId);
}

/** One transaction: the counts, and that they are counted. Returns `next`, or what another run has written. */
function add(
  logKey: string,
  before: Progress | undefined,
  next: Progress,
  counted: Counted[],
  source: Source,
): Promise<Progress | undefined> {
  const expires = Math.ceil(source.now() / 1000) + REMEMBERED_DAYS * 24 * 60 * 60;
  const watched = counted.filter(({ plays, opens, bytes }) => plays + opens + bytes > 0);
  const byEvent = grouped(counted, ({ eventId, day }) => `${eventId}/${day}`);
  const byDay = grouped(watched, placeOf);
  const byMedia = grouped(watched, ({ uploadId, mediaId }) => `${uploadId}/${mediaId}`);
  const write = createWriteTransaction(
    { log: CountedLogEntity, media: MediaViewsEntity, event: EventViewsEntity },
    (entities) => [
      entities.log
        .put({ logKey, ...next, expires })
        .where(({ upTo }, { eq, notExists }) => (before ? eq(upTo, before.upTo) : notExists(upTo)))
        .commit(),
      // `update` would not write the keys of the index.
      ...byDay.map(([, same]) => entities.media.upsert(mediaRow(same[0]!, same[0]!.day)).add(sum(same)).commit()),
      ...byMedia.map(([, same]) => entities.media.upsert(mediaRow(same[0]!, ALL_DAYS)).add(sum(same)).commit()),
      ...byEvent.map(([, same]) =>
        entities.event
          .upsert(eventRow(same[0]!))
          .add(sum(same.map(withPreviews)))
          .commit(),
      ),
    ],
  );
  return conflictFree<Progress | undefined>(async () => {
    const result = await write.go();
    if (!result.canceled) return next;
    return result.data[0]?.code === "ConditionalCheckFailed" ? progressOf(logKey) : again(result);
  });
}

const mediaRow = ({ eventId, uploadId, mediaId }: Counted, day: string) => ({ eventId, uploadId, mediaId, day });
const eventRow = ({ eventId, day }: Counted) => ({ eventId, day });
const withPreviews = ({ bytes, previewBytes, ...one }: Counted) => ({ ...one, bytes: bytes + previewBytes });

/** Forgets the views of a deleted upload's media. */
export async function forgetUpload(uploadId: string): Promise<void> {
  const { data } = await MediaViewsEntity.query.views({ uploadId }).go({ consistent: true, pages: "all" });
  const keys = data.map(({ mediaId, day }) => ({ uploadId, mediaId, day }));
  await inFull(keys, (some) => MediaViewsEntity.delete(some).go({ concurrent: 4 }));
}

/** Forgets the views of a deleted event. */
export async function forgetEvent(eventId: string): Promise<void> {
  const { data } = await EventViewsEntity.query.views({ eventId }).go({ consistent: true, pages: "all" });
  const keys = data.map(({ day }) => ({ eventId, day }));
  await inFull(keys, (some) => EventViewsEntity.delete(some).go({ concurrent: 4 }));
}
