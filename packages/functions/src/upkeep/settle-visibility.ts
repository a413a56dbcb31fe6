import { config } from "@dropclip/core/config";
import type { Source } from "@dropclip/core/ids";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { Visibility } from "@dropclip/core/visibility";
import { setHidden } from "../aws/objects.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";

/**
 * Sets or removes the objects' tag, and repeats until the record did not change meanwhile: after quick changes the last
 * one holds. It acts even if the record looks settled: an earlier run that failed half way may have acted on an older
 * record.
 */
export async function settleVisibility(ref: MediaRef, source: Source) {
  const bucket = ref.mediaId === "video" ? config.contentBucket : config.imagesBucket;
  const keys = Keys.published(ref);
  // One path invalidates all of a video's files.
  const forgotten = ref.mediaId === "video" ? [`${Keys.directory(ref)}/*`] : keys;
  for (;;) {
    const visibility = await Visibility.get(ref);
    if (!visibility) return;
    const hidden = visibility === "hiding" || visibility === "hidden";
    await setHidden(bucket, keys, hidden);
    // Showing needs no invalidation: the edge keeps a refusal for ten seconds (AWS: error caching minimum TTL).
    if (hidden) await Edge.forget(forgotten, "hidden", source);
    const ended = visibility === "public" || visibility === "hidden";
    if (ended || (await Visibility.settled(ref, visibility, source)) === "done") {
      logger.info("settled", { uploadId: ref.uploadId, mediaId: ref.mediaId, visibility });
      return;
    }
  }
}
