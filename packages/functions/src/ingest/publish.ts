import "../aws/connect.ts";

import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Gallery } from "@dropclip/core/gallery";
import { Job } from "@dropclip/core/job";
import { Keys } from "@dropclip/core/keys";
import { Media } from "@dropclip/core/media";
import { Plan } from "@dropclip/core/plan";
import type { Reason } from "@dropclip/core/reasons";
import type { Storyboard } from "@dropclip/core/storyboard";
import * as v from "valibot";
import { removeBelow } from "../aws/objects.ts";
import { requestPage } from "../aws/settling.ts";
import { Film } from "../film/film.ts";
import { logger } from "../log.ts";
import { Measured } from "../metrics.ts";
import { tell } from "../tell.ts";
import { Frames } from "./frames.ts";
import { mirror } from "./mirror.ts";
import { refuse } from "./refuse.ts";

const Size = { width: v.number(), height: v.number() };
const Input = v.object({
  media: Media.Work,
  planned: v.nullable(
    v.object({
      ...{ ...Size, durationMs: v.number(), mirrored: v.optional(v.boolean()) },
      // Missing in executions that were planned before it was told.
      frameSeconds: v.optional(v.number()),
    }),
  ),
  made: v.nullable(Job.OutputDetail),
  image: v.nullable(v.object(Size)),
  /** When the file arrived (ISO 8601); missing in executions that began before it was told. */
  arrivedAt: v.optional(v.string()),
});

/**
 * Task "Publish": the media is complete, its upload follows, the event's gallery has it; or it waits for the event's
 * creative, who publishes or refuses it.
 */
export async function handler(event: unknown) {
  const { media, planned, made, image, arrivedAt } = parse(Input, event);
  // The output's own figures count, where MediaConvert reports them.
  const facts = image ?? (planned && { ...planned, ...(made ? Job.facts(made) : {}) });
  let storyboard: Storyboard.Facts | undefined;
  if (!facts) throw new Error(`Neither video nor image was made of ${media.key}.`);
  if (planned) {
    const refused = Plan.tooLong({ ...planned, ...facts }.durationMs, media.maxDurationMs);
    if (refused) return removeRefused(media, refused);
    if (!Plan.isOfShape(planned, facts))
      throw new Error(
        `MediaConvert made ${facts.width} × ${facts.height} where ${planned.width} × ${planned.height} was planned.`,
      );
    try {
      if (planned.mirrored) await mirror(media);
      // Written once more, it would lose the tag of one that was hidden since.
      if (!(await Media.isComplete(media))) {
        await Film.write(media);
        const frames = await Frames.list(media);
        storyboard = await Frames.storyboard(media, frames, planned.frameSeconds);
        await Frames.writeThumbnail(media, frames);
      }
    } catch (error) {
      if (await Media.isDeleted(media)) return { outcome: "stale" };
      throw error;
    }
  }
  const outcome = await Media.publish(media, { ...facts, ...(storyboard ? { storyboard } : {}) });
  // The event's page shows its first media; it need not be told of thousands of others.
  if (outcome !== "stale" && (await Gallery.isFirst(media))) await requestPage({ eventId: media.eventId });
  if (outcome === "done") Measured.published(media.key, arrivedAt ? Date.now() - Date.parse(arrivedAt) : undefined);
  await tell(media);
  logger.info("published", { key: media.key, outcome });
  return { outcome };
}

/** The file is longer than its header said: deletes the outputs again. */
async function removeRefused(media: Media.Work, reason: Reason) {
  await removeBelow(config.contentBucket, `${Keys.place(media)}/`);
  await refuse(media, reason);
  return { outcome: "refused" };
}
