import { config } from "@dropclip/core/config";
import type { Source } from "@dropclip/core/ids";
import { HIDDEN_TAG, Keys, type MediaRef } from "@dropclip/core/keys";
import { Visibility } from "@dropclip/core/visibility";
import { move } from "../aws/move.ts";
import { removeBelow, setHidden } from "../aws/objects.ts";
import { logger } from "../log.ts";
import { Edge } from "./edge.ts";

/**
 * Brings S3 and the edge in line with what the record says of a media, and repeats until it did not change meanwhile:
 * after quick changes the last one holds. It acts even if the record looks settled: an earlier run that failed half way
 * may have acted on an older record.
 */
export async function settleVisibility(ref: MediaRef, source: Source) {
  for (;;) {
    const { state: visibility, held } = await Visibility.read(ref);
    // Where it waits, the edge reads nothing.
    if (!visibility || visibility === "waiting") return;
    const refused = visibility === "refusing" || visibility === "refused";
    if (refused) await removeBelow(bucketOf(ref), Keys.heldBelow(ref));
    else await bringToEdge(ref, { held, hidden: visibility === "hiding" || visibility === "hidden" }, source);
    const ended = visibility === "public" || visibility === "hidden" || visibility === "refused";
    if (ended || (await Visibility.settled(ref, visibility, source)) === "done") {
      logger.info("settled", { uploadId: ref.uploadId, mediaId: ref.mediaId, visibility });
      return;
    }
  }
}

/** The objects are where the edge reads them, and bear the tag that keeps it from them or not. */
async function bringToEdge(ref: MediaRef, { held, hidden }: { held: boolean; hidden: boolean }, source: Source) {
  const bucket = bucketOf(ref);
  const keys = Keys.published(ref);
  const tag = hidden ? `${HIDDEN_TAG.key}=${HIDDEN_TAG.value}` : undefined;
  // Nothing of a media that was not held has ever been where others wait.
  if (held) await move({ bucket, below: Keys.heldBelow(ref), to: Keys.released, tag });
  await setHidden(bucket, keys, hidden);
  // One path invalidates all of a video's files.
  const forgotten = ref.mediaId === "video" ? [`${Keys.directory(ref)}/*`] : keys;
  // Showing needs no invalidation: the edge keeps a refusal for ten seconds (AWS: error caching minimum TTL).
  if (hidden) await Edge.forget(forgotten, "hidden", source);
}

const bucketOf = ({ mediaId }: MediaRef) => (mediaId === "video" ? config.contentBucket : config.imagesBucket);
