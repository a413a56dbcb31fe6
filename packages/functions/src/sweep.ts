import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { type Source, system } from "@dropclip/core/ids";
import { Invalidation } from "@dropclip/core/invalidation";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { EVENT_RETRY_MS, LOST_EVENT_MS, SIGNED_URL_SECONDS } from "@dropclip/core/limits";
import { Media } from "@dropclip/core/media";
import { Retry } from "@dropclip/core/retry";
import { Upload } from "@dropclip/core/upload";
import { eachAlone } from "./each.ts";
import { Executions } from "./executions.ts";
import { logger } from "./log.ts";
import { abortBelow, s3 } from "./objects.ts";
import { requestInvalidation, requestSettlement, type Settlement } from "./settling.ts";

/** What a run did: files taken in after all, given up, found failed, tried again; settlements asked for again. */
interface Done {
  restarted: number;
  expired: number;
  failed: number;
  retried: number;
  settlements: number;
}

type MediaRow = Awaited<ReturnType<typeof Upload.rows>>["media"][number];

/** Below every real one: should S3's own event still come, it is the newer. */
const LOWEST_SEQUENCER = "00";

/** Uploads looked at a time. */
const PARALLEL = 8;
const HOUR_MS = 3_600_000;

const UNSETTLED = new Set<string | undefined>(["hiding", "showing"]);

/** Event "Scheduled Event", hourly. */
export const handler = () => sweep();

/**
 * Looks after uploads that wait too long: a file that arrived but whose event was lost is taken in after all; one that
 * never arrived expires, and its parts are given back; what failed on our side is tried again; what was deleted or hidden
 * but never settled is settled. One upload's trouble does not keep the others waiting.
 */
export async function sweep(source: Source = system): Promise<Done> {
  const done = { restarted: 0, expired: 0, failed: 0, retried: 0, settlements: 0 };
  const before = new Date(source.now() - LOST_EVENT_MS).toISOString();
  // Each hour from another one on: should there be more than a run can look at, none is always left out.
  const first = Math.floor(source.now() / HOUR_MS);
  const failure = await eachAlone(
    Upload.open(before, first),
    (uploadId) => sweepOne(uploadId, done, source),
    PARALLEL,
    (uploadId, error) => logger.error("an upload could not be swept", { uploadId, error }),
  );
  for await (const eventId of Event.open()) {
    await requestSettlement({ eventId });
    done.settlements++;
  }
  if (await Invalidation.isDue()) await requestInvalidation();
  logger.info("swept", { ...done });
  if (failure) throw failure;
  return done;
}

async function sweepOne(uploadId: string, done: Done, source: Source) {
  const { upload, media } = await Upload.rows(uploadId);
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
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${Keys.directory(upload)}/` }));
  // What was signed just before the end may still be on its way.
  const over = Date.parse(upload.expiresAt) + SIGNED_URL_SECONDS * 1000 < source.now();
  for (const one of pending) {
    const ref = { ...upload, mediaId: one.mediaId };
    const key = Keys.staged(ref, one.extension);
    const arrived = Contents.find(({ Key }) => Key === key);
    if (arrived?.LastModified && arrived.LastModified.getTime() + EVENT_RETRY_MS < source.now()) {
      const etag = (arrived.ETag ?? "").replaceAll('"', "");
      const object = { key, size: arrived.Size ?? 0, etag, sequencer: LOWEST_SEQUENCER };
      await Executions.start(`restart-${ref.uploadId}-${ref.mediaId}`, object);
      done.restarted++;
    } else if (!arrived && over) {
      await abortBelow(Bucket, key);
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
