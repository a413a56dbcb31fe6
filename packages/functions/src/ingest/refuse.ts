import { Media } from "@dropclip/core/media";
import type { Reason } from "@dropclip/core/reasons";
import { logger } from "../log.ts";
import { Measured } from "../metrics.ts";
import { tell } from "../tell.ts";

/** Refuses the fan's file, with the reason they read. */
export async function refuse(media: Media.Work, reason: Reason) {
  const outcome = await Media.reject(media, reason);
  if (outcome === "done") Measured.count("rejected", { key: media.key, reason: reason.code });
  await tell(media);
  logger.info("refused", { key: media.key, code: reason.code });
}
