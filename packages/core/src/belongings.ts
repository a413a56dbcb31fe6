export * as Belongings from "./belongings.ts";

import { inFull } from "./database.ts";
import { EventEntity } from "./event.entity.ts";
import { QuotaEntity } from "./quota.entity.ts";
import { RequestEntity } from "./request.entity.ts";
import { CLOSED, UploadEntity } from "./upload.entity.ts";

/** Events of the user that are not deleted. */
export async function* events(creativeId: string) {
  const query = EventEntity.query
    .byCreative({ creativeId })
    .where(({ deletedAt }, { notExists }) => notExists(deletedAt));
  for await (const { eventId } of all((cursor) => query.go({ cursor }))) yield eventId;
}

/** Uploads of the user of which something is left; `removedAt` of those that are only to be looked at once more. */
export async function* uploads(fanId: string): AsyncGenerator<{ uploadId: string; removedAt?: string | undefined }> {
  const query = UploadEntity.query
    .byFan({ fanId })
    .where(({ status, openShard }, { ne }) => `${ne(status, "deleted")} OR ${ne(openShard, CLOSED)}`);
  yield* all((cursor) => query.go({ cursor }));
}

/** Forgets how many uploads the user made to each event; once their uploads are gone. */
export async function forgetQuotas(fanId: string): Promise<void> {
  const query = UploadEntity.query.byFan({ fanId });
  const eventIds = new Set<string>();
  for await (const { eventId } of all((cursor) => query.go({ cursor }))) eventIds.add(eventId);
  const keys = [...eventIds].map((eventId) => ({ eventId, fanId }));
  await inFull(keys, (some) => QuotaEntity.delete(some).go({ concurrent: 4 }));
}

/** Forgets what the user asked for under Idempotency-Keys. */
export async function forgetRequests(userId: string): Promise<void> {
  const { data } = await RequestEntity.query.request({ userId }).go({ consistent: true, pages: "all" });
  const keys = data.map(({ key }) => ({ userId, key }));
  await inFull(keys, (some) => RequestEntity.delete(some).go({ concurrent: 4 }));
}

/** The rows of all pages. */
async function* all<Row>(read: (cursor: string | null) => Promise<{ data: Row[]; cursor: string | null }>) {
  let cursor: string | null = null;
  do {
    const page: { data: Row[]; cursor: string | null } = await read(cursor);
    yield* page.data;
    cursor = page.cursor;
  } while (cursor);
}
