import "../aws/connect.ts";

import { parse } from "@dropclip/core/fn";
import { Media } from "@dropclip/core/media";
import * as v from "valibot";
import { logger } from "../log.ts";

const Event = v.object({
  detail: v.object({
    status: v.string(),
    jobId: v.string(),
    userMetadata: v.object({ eventId: v.string(), fanId: v.string(), uploadId: v.string(), mediaId: v.string() }),
    jobProgress: v.optional(v.object({ jobPercentComplete: v.nullish(v.number()) })),
    errorCode: v.optional(v.number()),
  }),
});

/** Event "MediaConvert Job State Change": moves the media's percent, or keeps the code of a job that failed. */
export async function handler(event: unknown) {
  const { detail } = parse(Event, event);
  const media = detail.userMetadata;
  if (detail.errorCode !== undefined) {
    logger.error("job failed", { ...media, jobId: detail.jobId, errorCode: detail.errorCode });
    return Media.noteJobError(media, detail.errorCode);
  }
  const percent = detail.jobProgress?.jobPercentComplete;
  // MediaConvert cannot tell the percent of every container (user guide: STATUS_UPDATE).
  if (typeof percent === "number") await Media.noteProgress(media, Media.transcodePercent(percent));
}
