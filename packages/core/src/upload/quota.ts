export * as Quota from "./quota.ts";

import { inFull } from "./database.ts";
import { QuotaEntity } from "./quota.entity.ts";
import { Upload } from "./upload.ts";

/** Forgets how many uploads each fan made to a deleted event. */
export async function removeOfEvent(eventId: string): Promise<void> {
  const fans = new Set<string>();
  for await (const { fanId } of Upload.ofEvent(eventId)) fans.add(fanId);
  const keys = [...fans].map((fanId) => ({ eventId, fanId }));
  await inFull(keys, (some) => QuotaEntity.delete(some).go({ concurrent: 4 }));
}
