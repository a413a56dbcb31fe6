import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { config } from "@dropclip/core/config";
import { Event } from "@dropclip/core/event";
import { type Source, system } from "@dropclip/core/ids";
import { Keys } from "@dropclip/core/keys";
import { LOST_EVENT_MS, SIGNED_URL_SECONDS } from "@dropclip/core/limits";
import { Media } from "@dropclip/core/media";
import { Upload } from "@dropclip/core/upload";
import { eachAlone } from "./each.ts";
import { logger } from "./log.ts";
import { abortBelow, s3 } from "./objects.ts";
import { requestSettlement, type Settlement } from "./settling.ts";

const states = new SFNClient({});

/** How many files were taken in after all, how many given up, and how many settlements were asked for again. */
interface Done {
  restarted: number;
  expired: number;
  settlements: number;
}

/** Uploads looked at a time. */
const PARALLEL = 8;
const HOUR_MS = 3_600_000;

const UNSETTLED = new Set<string | undefined>(["hiding", "showing"]);

/** Event "Scheduled Event", hourly. */
export const handler = () => sweep();

/**
 * Looks after uploads that wait too long: a file that arrived but whose event was lost is taken in after all; one that
 * never arrived expires, and its parts are given back; what was deleted or hidden but never settled is settled. One
 * upload's trouble does not keep the others waiting.
 */
export async function sweep(source: Source = system): Promise<Done> {
  const done = { restarted: 0, expired: 0, settlements: 0 };
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
    if (arrived) {
      await restart(ref, { key, size: arrived.Size ?? 0, etag: (arrived.ETag ?? "").replaceAll('"', "") });
      done.restarted++;
    } else if (over) {
      await abortBelow(Bucket, key);
      if ((await Media.expire(ref, source)) === "done") done.expired++;
    }
  }
}

/** Starts the machine with what S3's event would have said; a sequencer below every real one, should that still come. */
async function restart(
  ref: { uploadId: string; mediaId: string },
  object: { key: string; size: number; etag: string },
) {
  const input = JSON.stringify({ detail: { object: { ...object, sequencer: "00" } } });
  const name = `restart-${ref.uploadId}-${ref.mediaId}`;
  try {
    await states.send(new StartExecutionCommand({ stateMachineArn: config.ingestArn, name, input }));
  } catch (error) {
    // Restarted before and ended: what became of it is recorded on the media.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
