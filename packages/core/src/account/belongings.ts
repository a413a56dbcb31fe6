export * as Belongings from "./belongings.ts";

import { inFull } from "../store/database.ts";
import { EventEntity } from "../store/event.entity.ts";
import { every } from "../store/every.ts";
import { QuotaEntity } from "../store/quota.entity.ts";
import { RequestEntity } from "../store/request.entity.ts";
import { CLOSED, UploadEntity } from "../store/upload.entity.ts";
import { UsageEntity } from "../store/usage.entity.ts";

/** Yields the ids of the user's events that are not deleted. */
export async function* events(creativeId: string) {
  const query = EventEntity.query
    .byCreative({ creativeId })
    .where(({ deletedAt }, { notExists }) => notExists(deletedAt));
  for await (const { eventId } of every((cursor) => query.go({ cursor }))) yield eventId;
}

/** Yields the user's uploads of which something is left; `removedAt` is set on those that only need one last check. */
export async function* uploads(fanId: string): AsyncGenerator<{ uploadId: string; removedAt?: string | undefined }> {
  const query = UploadEntity.query
    .byFan({ fanId })
    .where(({ status, openShard }, { ne }) => `${ne(status, "deleted")} OR ${ne(openShard, CLOSED)}`);
  yield* every((cursor) => query.go({ cursor }));
}

/** Forgets how much the user sent to each event and on each day; once their uploads are gone, which give some back. */
export async function forgetCounts(fanId: string): Promise<void> {
  const quotas = await QuotaEntity.query.byFan({ fanId }).go({ pages: "all" });
  const ofEvents = quotas.data.map(({ eventId }) => ({ eventId, fanId }));
  await inFull(ofEvents, (some) => QuotaEntity.delete(some).go({ concurrent: 4 }));
  const { data } = await UsageEntity.query.usage({ fanId }).go({ consistent: true, pages: "all" });
  const ofDays = data.map(({ day }) => ({ day, fanId }));
  await inFull(ofDays, (some) => UsageEntity.delete(some).go({ concurrent: 4 }));
}

/** Forgets what the user asked for under Idempotency-Keys. */
export async function forgetRequests(userId: string): Promise<void> {
  const { data } = await RequestEntity.query.request({ userId }).go({ consistent: true, pages: "all" });
  const keys = data.map(({ key }) => ({ userId, key }));
  await inFull(keys, (some) => RequestEntity.delete(some).go({ concurrent: 4 }));
}
