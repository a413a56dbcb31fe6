export * as SweepUpload from "./sweep-upload.ts";

import { ListObjectsV2Command, type MultipartUpload } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import type { Source } from "@dropclip/core/ids";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { EVENT_RETRY_MS, LOST_EVENT_MS, OVERDUE_MS, SIGNED_URL_SECONDS, STUCK_MS } from "@dropclip/core/limits";
import { Media } from "@dropclip/core/media";
import { Retry } from "@dropclip/core/retry";
import { Telling } from "@dropclip/core/telling";
import { Upload } from "@dropclip/core/upload";
import { Visibility } from "@dropclip/core/visibility";
import { Executions } from "../aws/executions.ts";
import { abortBelow, s3 } from "../aws/objects.ts";
import { requestSettlement, type Settlement } from "../aws/settling.ts";
import { logger } from "../log.ts";
import { Measured } from "../metrics.ts";
import { tell } from "../tell.ts";
import { fail } from "./fail.ts";

/**
 * What a run did: files taken in late, expired, found failed, tried again; multipart uploads aborted that no record
 * names; settlements requested again. And the number of uploads that it had no time for.
 */
export interface Done {
  restarted: number;
  expired: number;
  failed: number;
  retried: number;
  aborted: number;
  settlements: number;
  left: number;
  /** Media that got no further for long, and deletions and hidings that did not end: what an operator must see. */
  stuck: number;
  overdue: number;
}

type MediaRow = Awaited<ReturnType<typeof Upload.readForChange>>["media"][number];

/** Lower than every real sequencer: if S3's own event still comes, it counts as newer. */
const LOWEST_SEQUENCER = "00";

/** Multipart uploads of one directory that a run aborts at most; the next run goes on. */
const SLICE = 500;

/** Does what is due for one upload, and counts it in `done`. */
export async function look(uploadId: string, done: Done, source: Source): Promise<void> {
  const rows = await Upload.readForChange(uploadId);
  const { upload, media } = rows;
  const due: Settlement[] =
    upload.status === "deleted"
      ? [{ uploadId }]
      : media.filter(Visibility.isUnsettled).map(({ mediaId }) => ({ uploadId, mediaId }));
  // Whoever changed it broke down before it was told, or the event bus did not take it.
  if (Telling.isDue(rows)) await tell({ uploadId });
  for (const settlement of due) await requestSettlement(settlement);
  if (isOverdue(upload, media, source)) done.overdue++;
  done.settlements += due.length;
  for (const one of media) {
    const ref = { ...upload, mediaId: one.mediaId };
    const key = Keys.staged(ref, one.extension);
    if (one.status === "processing" && isOld(one, STUCK_MS, source)) done.stuck++;
    if (one.status === "processing" && isOld(one, LOST_EVENT_MS, source))
      await recordLostEnd(ref, one, key, done, source);
    if (Retry.isDue(one, source.now())) await retry(ref, one, key, done, source);
  }
  const pending = media.filter(({ status }) => status === "pending");
  if (pending.length === 0) return;
  const Bucket = config.uploadsBucket;
  const Prefix = `${Keys.directory(upload)}/`;
  const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket, Prefix }));
  // A URL that was signed just before the end may still be in use.
  const over = Date.parse(upload.expiresAt) + SIGNED_URL_SECONDS * 1000 < source.now();
  const known = new Set(pending.map(({ s3UploadId }) => s3UploadId));
  // A multipart upload that was just begun is not on the record yet.
  const isExpected = ({ UploadId, Initiated }: MultipartUpload) =>
    !over && (known.has(UploadId) || Number(Initiated) + LOST_EVENT_MS > source.now());
  const aborted = await abortBelow(Bucket, Prefix, SLICE, isExpected);
  done.aborted += aborted;
  for (const one of pending) {
    const ref = { ...upload, mediaId: one.mediaId };
    const key = Keys.staged(ref, one.extension);
    const arrived = Contents.find(({ Key }) => Key === key);
    if (arrived?.LastModified && arrived.LastModified.getTime() + EVENT_RETRY_MS < source.now()) {
      const etag = (arrived.ETag ?? "").replaceAll('"', "");
      const object = { key, size: arrived.Size ?? 0, etag, sequencer: LOWEST_SEQUENCER };
      await Executions.start(`restart-${ref.uploadId}-${ref.mediaId}`, object);
      done.restarted++;
    } else if (!arrived && over && aborted < SLICE) {
      if ((await Media.expire(ref, source)) === "done") {
        done.expired++;
        await tell(ref);
        Measured.count("expired", { key });
      }
    }
  }
}

/** The media is where it is for longer than `ms`. */
const isOld = ({ timeline }: MediaRow, ms: number, source: Source) =>
  Date.parse(timeline.at(-1)?.at ?? "") + ms < source.now();

/** What was deleted or hidden long ago may still be served. */
function isOverdue(
  { status, removedAt }: { status: string; removedAt?: string | undefined },
  media: MediaRow[],
  source: Source,
) {
  if (status === "deleted") return removedAt === undefined && media.some((one) => isOld(one, OVERDUE_MS, source));
  // By the row, whose timeline tells of hiding no more after a while.
  return media.some(
    (one) => Visibility.isUnsettled(one) && Date.parse(one.updatedAt ?? "") + OVERDUE_MS < source.now(),
  );
}

/** Tries a failed media again: redrives its execution from where it failed; the last try starts a new execution. */
async function retry(ref: MediaRef, media: MediaRow, key: string, done: Done, source: Source) {
  const { retries = 0, executionArn, etag, sequencer } = media;
  if (!(await Retry.note(ref, retries, source))) return;
  const name = `retry-${retries + 1}-${ref.uploadId}-${ref.mediaId}`;
  const redriven = executionArn && !Retry.beginsAnew(retries) && (await Executions.redrive(executionArn));
  // An operator may have redriven it: it must not run twice at the same time.
  if (redriven || (executionArn && (await Executions.isRunning(executionArn)))) await Retry.goesOn(ref, media, source);
  else
    await Executions.start(name, {
      key,
      size: media.bytes,
      etag: etag ?? "",
      sequencer: sequencer ?? LOWEST_SEQUENCER,
    });
  done.retried++;
  logger.info("retried", { key, retries: retries + 1, failure: media.failure });
}

/** The record says processing, but the execution has ended: the event of its end was lost. */
async function recordLostEnd(ref: MediaRef, { executionArn }: MediaRow, key: string, done: Done, source: Source) {
  const failure = executionArn && (await Executions.failureOf(executionArn));
  if (!failure) return;
  const outcome = await fail(ref, key, failure, source);
  logger.error("execution failed, and its event was lost", { key, outcome, ...failure });
  done.failed++;
}
