export * as Usage from "./usage.ts";

import { createWriteTransaction, type Entity, type TransactWriteEntity } from "electrodb";
import { Day } from "../day.ts";
import { DayUsedUp, type PublicError } from "../errors.ts";
import { type Source, system } from "../ids.ts";
import type { MediaRef } from "../keys.ts";
import { FAN_DAY_BYTES, FAN_DAY_UPLOADS, FAN_DAY_VIDEO_MS, REPORTS_PER_DAY } from "../limits.ts";
import { type Reason, VideoDayUsedUp } from "../reasons.ts";
import { MediaEntity } from "../store/media.entity.ts";
import { again, conflictFree } from "../store/transaction.ts";
import { UsageEntity } from "../store/usage.entity.ts";

/** The day's row of a fan, and when it may be forgotten: a day after it is over. */
const today = (fanId: string, nowMs: number) => ({
  key: { fanId, day: Day.of(nowMs) },
  expires: Day.endOf(Day.endOf(nowMs)) / 1000,
});

/** Most of a day; an event that takes a longer clip takes at least one of it a day. */
const videoLimit = (longestMs: number) => Math.max(FAN_DAY_VIDEO_MS, longestMs);

/** The entity as a transaction hands it over. */
type InTransaction =
  typeof UsageEntity extends Entity<infer A, infer F, infer C, infer S> ? TransactWriteEntity<A, F, C, S> : never;

/** What a new upload takes of the fan's day, for the transaction that makes it: fails when the day is used up. */
export function take(
  entity: InTransaction,
  upload: { fanId: string; bytes: number; hasVideo: boolean; longestMs: number },
  nowMs: number,
) {
  const { key, expires } = today(upload.fanId, nowMs);
  return entity
    .update(key)
    .add({ uploads: 1, bytes: upload.bytes })
    .set({ expires })
    .where(({ uploads, bytes, videoMs }, { notExists, lt, lte }) =>
      [
        `(${notExists(uploads)} OR ${lt(uploads, FAN_DAY_UPLOADS)})`,
        `(${notExists(bytes)} OR ${lte(bytes, FAN_DAY_BYTES - upload.bytes)})`,
        ...(upload.hasVideo ? [`(${notExists(videoMs)} OR ${lt(videoMs, videoLimit(upload.longestMs))})`] : []),
      ].join(" AND "),
    )
    .commit();
}

/** Why the day has no room for an upload; undefined when it has. */
export async function refusal(
  upload: { fanId: string; bytes: number; hasVideo: boolean; longestMs: number },
  nowMs: number,
): Promise<PublicError | undefined> {
  const { key } = today(upload.fanId, nowMs);
  const { data } = await UsageEntity.get(key).go({ consistent: true });
  const { uploads = 0, bytes = 0, videoMs = 0 } = data ?? {};
  const seconds = Day.secondsLeft(nowMs);
  if (uploads >= FAN_DAY_UPLOADS) return DayUsedUp("uploads", uploads, FAN_DAY_UPLOADS, seconds);
  if (bytes + upload.bytes > FAN_DAY_BYTES) return DayUsedUp("bytes", bytes, FAN_DAY_BYTES, seconds);
  const most = videoLimit(upload.longestMs);
  if (upload.hasVideo && videoMs >= most) return DayUsedUp("minutes", videoMs / 60_000, most / 60_000, seconds);
  return undefined;
}

/** What a report takes of its user's day, for the transaction that makes it: fails when the day is used up. */
export function takeReport(entity: InTransaction, userId: string, nowMs: number) {
  const { key, expires } = today(userId, nowMs);
  return entity
    .update(key)
    .add({ reports: 1 })
    .set({ expires })
    .where(({ reports }, { notExists, lt }) => `${notExists(reports)} OR ${lt(reports, REPORTS_PER_DAY)}`)
    .commit();
}

/** Why the day has no room for a report; undefined when it has. */
export async function reportRefusal(userId: string, nowMs: number): Promise<PublicError | undefined> {
  const { data } = await UsageEntity.get(today(userId, nowMs).key).go({ consistent: true });
  const used = data?.reports ?? 0;
  return used >= REPORTS_PER_DAY ? DayUsedUp("reports", used, REPORTS_PER_DAY, Day.secondsLeft(nowMs)) : undefined;
}

/**
 * What a deleted upload that was never taken in gives back, for the transaction that deletes it. Only on its own day.
 */
export const giveBack = (entity: InTransaction, upload: { fanId: string; bytes: number }, nowMs: number) =>
  entity.update(today(upload.fanId, nowMs).key).add({ bytes: -upload.bytes }).commit();

/**
 * Counts a video that is about to be converted, once however often it is planned; the reason to refuse it when the
 * fan's day has no room for it.
 */
export async function countVideo(
  { uploadId, mediaId, fanId }: MediaRef,
  { durationMs, longestMs }: { durationMs: number; longestMs: number },
  source: Source = system,
): Promise<Reason | undefined> {
  const nowMs = source.now();
  const { key, expires } = today(fanId, nowMs);
  const countedMs = Math.ceil(durationMs);
  const most = videoLimit(longestMs);
  const write = createWriteTransaction({ media: MediaEntity, usage: UsageEntity }, (entities) => [
    entities.media
      .patch({ uploadId, mediaId })
      .set({ countedMs })
      .where((attributes, { notExists }) => notExists(attributes.countedMs))
      .commit(),
    entities.usage
      .update(key)
      .add({ videoMs: countedMs })
      .set({ expires })
      .where(({ videoMs }, { notExists, lte }) => `${notExists(videoMs)} OR ${lte(videoMs, most - countedMs)}`)
      .commit(),
  ]);
  return conflictFree(async () => {
    const result = await write.go();
    if (!result.canceled) return undefined;
    const [media, usage] = result.data.map(({ code }) => code === "ConditionalCheckFailed");
    // Counted before, by a try that was cut off.
    if (media) return undefined;
    return usage ? VideoDayUsedUp(most / 60_000, new Date(Day.endOf(nowMs)).toISOString()) : again(result);
  });
}
