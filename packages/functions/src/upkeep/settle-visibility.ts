import { config } from "@dropclip/core/config";
import type { Source } from "@dropclip/core/ids";
import { Keys, type MediaRef } from "@dropclip/core/keys";
import { Visibility } from "@dropclip/core/visibility";
import { setHidden } from "../aws/objects.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";

/**
 * Marks or unmarks the media's objects until the record has not changed meanwhile: whoever hides and shows in quick
 * succession, what they said last holds. It does so whatever the record says: a run that failed half way may have acted
 * on what it said before.
 */
export async function settleVisibility(ref: MediaRef, source: Source) {
  const bucket = ref.mediaId === "video" ? config.contentBucket : config.imagesBucket;
  const keys = Keys.published(ref);
  // A video's many files are forgotten by one path.
  const forgotten = ref.mediaId === "video" ? [`${Keys.directory(ref)}/*`] : keys;
  for (;;) {
    const visibility = await Visibility.get(ref);
    if (!visibility) return;
    const hidden = visibility === "hiding" || visibility === "hidden";
    await setHidden(bucket, keys, hidden);
    // What is shown again needs none: the edge keeps a refusal for ten seconds (AWS: error caching minimum TTL).
    if (hidden) await Edge.forget(forgotten, "hidden", source);
    const ended = visibility === "public" || visibility === "hidden";
    if (ended || (await Visibility.settled(ref, visibility, source)) === "done") {
      logger.info("settled", { uploadId: ref.uploadId, mediaId: ref.mediaId, visibility });
      return;
    }
  }
}
