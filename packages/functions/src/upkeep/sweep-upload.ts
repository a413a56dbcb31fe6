export * as SweepUpload from "./sweep-upload.ts";

import { ListObjectsV2Command, type MultipartUpload } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import type { Source } from "@dropclip/core/ids";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { EVENT_RETRY_MS, LOST_EVENT_MS, SIGNED_URL_SECONDS } from "@dropclip/core/limits";
import { Media } from "@dropclip/core/media";
import { Retry } from "@dropclip/core/retry";
import { Upload } from "@dropclip/core/upload";
import { Executions } from "../aws/executions.ts";
import { abortBelow, s3 } from "../aws/objects.ts";
import { requestSettlement, type Settlement } from "../aws/settling.ts";
import { logger } from "../log.ts";

/**
 * What a run did: files taken in after all, given up, found failed, tried again; multipart uploads ended that nobody
 * waits for; settlements asked for again. And how many uploads it had no time to look at.
 */
export interface Done {
  restarted: number;
  expired: number;
  failed: number;
  retried: number;
  aborted: number;
  settlements: number;
  left: number;
}

type MediaRow = Awaited<ReturnType<typeof Upload.readForChange>>["media"][number];

/** Below every real one: should S3's own event still come, it is the newer. */
const LOWEST_SEQUENCER = "00";

/** Multipart uploads of one directory that a run ends: thousands do not hold it up, the next run goes on. */
const SLICE = 500;

const UNSETTLED = new Set<string | undefined>(["hiding", "showing"]);

/** Does what is due about one upload, and counts it in `done`. */
export async function look(uploadId: string, done: Done, source: Source): Promise<void> {
  const { upload, media } = await Upload.readForChange(uploadId);
  const due: Settlement[] =
    upload.status === "deleted"
      ? [{ uploadId }]
      : media.filter((one) => UNSETTLED.has(one.visibility)).map(({ mediaId }) => ({ uploadId, mediaId }));
  for (const settlement of due) await requestSettlement(settlement);
  done.settlements += due.length;
  for (const one of media) {
    const ref = { ...upload, mediaId: one.mediaId };
    const key = Keys.staged(ref, one.extension);
    if (one.status === "processing" && isOld(one, source)) await recordLostEnd(ref, one, key, done, source);
    if (Retry.isDue(one, source.now())) await retry(ref, one, key, done, source);
  }
  const pending = media.filter(({ status }) => status === "pending");
  if (pending.length === 0) return;
  const Bucket = config.uploadsBucket;
  const Prefix = `${Keys.directory(upload)}/`;
  const { Contents = [] } = await s3().send(new ListObjectsV2Command({ Bucket, Prefix }));
  // What was signed just before the end may still be on its way.
  const over = Date.parse(upload.expiresAt) + SIGNED_URL_SECONDS * 1000 < source.now();
  const known = new Set(pending.map(({ s3UploadId }) => s3UploadId));
  // One that was begun a moment ago is noted in the next.
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
      if ((await Media.expire(ref, source)) === "done") done.expired++;
    }
  }
}

/** Nothing was noted for so long that its end, had there been one, would have been told. */
const isOld = ({ timeline }: MediaRow, source: Source) =>
  Date.parse(timeline.at(-1)?.at ?? "") + LOST_EVENT_MS < source.now();

/** Tries once more what failed on our side: the same execution from where it failed, at the end a new one. */
async function retry(ref: MediaRef, media: MediaRow, key: string, done: Done, source: Source) {
  const { retries = 0, executionArn, etag, sequencer } = media;
  if (!(await Retry.note(ref, retries, source))) return;
  const name = `retry-${retries + 1}-${ref.uploadId}-${ref.mediaId}`;
  const redriven = executionArn && !Retry.beginsAnew(retries) && (await Executions.redrive(executionArn));
  // What an operator has redriven meanwhile must not be done twice at a time.
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

/** What is said to be under way but is not: the event that told of its end was lost. */
async function recordLostEnd(ref: MediaRef, { executionArn }: MediaRow, key: string, done: Done, source: Source) {
  const failure = executionArn && (await Executions.failureOf(executionArn));
  if (!failure) return;
  const outcome = await Media.fail(ref, failure, source);
  logger.error("execution failed, and nobody told", { key, outcome, ...failure });
  done.failed++;
}
