export * as Report from "./report.ts";

import { createConversions, createWriteTransaction, type EntityItem } from "electrodb";
import * as v from "valibot";
import { Event } from "../event/event.ts";
import { fn } from "../fn.ts";
import { Gallery } from "../gallery/gallery.ts";
import { Id, type Source, system } from "../ids.ts";
import { Cursor } from "../store/cursor.ts";
import { inFull, isDone } from "../store/database.ts";
import { pageOf } from "../store/page.ts";
import { ReportEntity } from "../store/report.entity.ts";
import { again, conflictFree } from "../store/transaction.ts";
import { UsageEntity } from "../store/usage.entity.ts";
import { MediaId } from "../upload/schemas.ts";
import { Usage } from "../upload/usage.ts";
import { type Info, New } from "./schemas.ts";

export { Info, New } from "./schemas.ts";

const CreateInput = v.object({ ...New.entries, uploadId: Id, mediaId: MediaId, userId: Id });

/**
 * Reports a published media to its event's creative. A user has one report of a media: another one takes its place.
 * `MediaNotFound`, unless it is published; `EventNotFound`; `DayUsedUp`.
 */
export const create = fn(CreateInput, async (input, source: Source = system): Promise<Info> => {
  const { userId, reason, text } = input;
  const { eventId, uploadId, mediaId } = await Gallery.find(input);
  await Event.row(eventId);
  const nowMs = source.now();
  const createdAt = new Date(nowMs).toISOString();
  const report = { eventId, uploadId, mediaId, reportId: source.id(), reason, ...(text ? { text } : {}), createdAt };
  const write = createWriteTransaction({ usage: UsageEntity, report: ReportEntity }, (entities) => [
    Usage.takeReport(entities.usage, userId, nowMs),
    entities.report.put({ ...report, fanId: userId }).commit(),
  ]);
  return conflictFree(async () => {
    const result = await write.go();
    if (!result.canceled) return report;
    const refusal = await Usage.reportRefusal(userId, nowMs);
    if (refusal) throw refusal;
    return again(result);
  });
});

const ListInput = v.object({ ...Cursor.Page.entries, eventId: Id, creativeId: Id });

/** A page of the open reports of the creative's own event, newest first. `EventNotFound`. */
export const list = fn(ListInput, async ({ eventId, creativeId, cursor, limit }) => {
  await Event.owned(eventId, creativeId);
  const { entries: reports, ...next } = await pageOf({
    ...{ cursor, limit, purpose: `reports/${eventId}` },
    read: (from) => ReportEntity.query.byEvent({ eventId }).go({ ...from, order: "desc" }),
    place: createConversions(ReportEntity).byAccessPattern.byEvent.fromComposite.toCursor,
    show: (rows) => rows.map(serialize),
  });
  return { reports, ...next };
});

const CloseInput = v.object({ eventId: Id, reportId: Id, creativeId: Id });

/** The creative has dealt with a report of their own event: it is gone. Safe to repeat. `EventNotFound`. */
export const close = fn(CloseInput, async ({ eventId, reportId, creativeId }): Promise<void> => {
  await Event.owned(eventId, creativeId);
  const { data } = await ReportEntity.query.byEvent({ eventId, reportId }).go();
  const found = data[0];
  // It is gone already. Nothing tells that from one that never was.
  if (!found) return;
  // One that has taken its place since stays.
  await isDone(
    ReportEntity.delete(found)
      .where((report, { eq }) => eq(report.reportId, reportId))
      .go(),
  );
});

/** Forgets the reports of a deleted upload's media. */
export async function forgetUpload(uploadId: string): Promise<void> {
  await forget((await ReportEntity.query.report({ uploadId }).go({ consistent: true, pages: "all" })).data);
}

/** Forgets what a user has reported. */
export async function forgetUser(userId: string): Promise<void> {
  await forget((await ReportEntity.query.byFan({ fanId: userId }).go({ pages: "all" })).data);
}

async function forget(rows: EntityItem<typeof ReportEntity>[]): Promise<void> {
  const keys = rows.map(({ uploadId, mediaId, fanId }) => ({ uploadId, mediaId, fanId }));
  await inFull(keys, (some) => ReportEntity.delete(some).go({ concurrent: 4 }));
}

function serialize({ reportId, eventId, uploadId, mediaId, reason, text, createdAt }: EntityItem<typeof ReportEntity>) {
  return { reportId, eventId, uploadId, mediaId, reason, ...(text ? { text } : {}), createdAt };
}
