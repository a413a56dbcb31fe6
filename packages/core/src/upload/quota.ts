export * as Quota from "./quota.ts";

import { inFull } from "../store/database.ts";
import { QuotaEntity } from "../store/quota.entity.ts";
import { everyToEvent } from "./rows.ts";

/** Forgets how many uploads each fan made to a deleted event. */
export async function removeOfEvent(eventId: string): Promise<void> {
  const fans = new Set<string>();
  for await (const { fanId } of everyToEvent(eventId)) fans.add(fanId);
  const keys = [...fans].map((fanId) => ({ eventId, fanId }));
  await inFull(keys, (some) => QuotaEntity.delete(some).go({ concurrent: 4 }));
}
