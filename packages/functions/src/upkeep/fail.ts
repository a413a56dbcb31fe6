import type { Source } from "@dropclip/core/ids";
import type { MediaRef } from "@dropclip/core/keys";
import { Media } from "@dropclip/core/media";
import { Measured } from "../metrics.ts";
import { tell } from "../tell.ts";

type Failure = Parameters<typeof Media.fail>[1];

/** Records on a media that its execution ended badly; returns what became of it, as `Media.fail` does. */
export async function fail(ref: MediaRef, key: string, failure: Failure, source?: Source) {
  const outcome = await Media.fail(ref, failure, source);
  if (outcome === "failed" || outcome === "rejected") Measured.count(outcome, { key, reason: failure.error });
  if (outcome !== "deleted") await tell(ref);
  return outcome;
}
