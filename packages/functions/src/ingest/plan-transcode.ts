import "../aws/connect.ts";

import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Job } from "@dropclip/core/job";
import { Measure } from "@dropclip/core/measure";
import { Media } from "@dropclip/core/media";
import { Plan } from "@dropclip/core/plan";
import { ProbeResult } from "@dropclip/core/probe";
import type { Reason } from "@dropclip/core/reasons";
import type { Planned } from "@dropclip/core/route";
import { Usage } from "@dropclip/core/usage";
import * as v from "valibot";
import { isMissing, readRange } from "../aws/objects.ts";
import { endOf } from "./gone.ts";
import { refuse } from "./refuse.ts";

const Input = v.object({
  media: Media.Work,
  probe: v.nullable(ProbeResult),
  /** MediaConvert did not find the object. */
  gone: v.boolean(),
});

/** Task "Plan transcode": what to make of the video, as MediaConvert's settings; or refuses it. */
export async function handler(event: unknown): Promise<{ route: Planned; settings?: object; video?: object }> {
  const { media, probe, gone } = parse(Input, event);
  // Asked also where MediaConvert could not read the file: a lost file is not a damaged one.
  const measured = gone ? undefined : await measure(media);
  if (gone || measured === "gone") return endOf(media);
  const plan = Plan.plan(probe ?? undefined, { maxDurationMs: media.maxDurationMs, measured });
  if ("refused" in plan) return refused(media, plan.refused);
  const { durationMs, untilMs } = plan.transcode;
  // If the length is unknown, count the longest length that may be converted.
  const counted = { durationMs: untilMs ?? durationMs, longestMs: media.maxDurationMs };
  const usedUp = await Usage.countVideo(media, counted);
  if (usedUp) return refused(media, usedUp);
  await Media.notePlan(media, Plan.conversion(plan.transcode));
  await Media.noteProgress(media, Media.PROGRESS.planned);
  const source = `s3://${config.uploadsBucket}/${media.key}`;
  const settings = Job.settings({ ref: media, transcode: plan.transcode, source, contentBucket: config.contentBucket });
  return { route: "transcode", settings, video: Plan.planned(plan.transcode) };
}

async function refused(media: Media.Work, reason: Reason): Promise<{ route: Planned }> {
  await refuse(media, reason);
  return { route: "refused" };
}

async function measure({ key, bytes }: Media.Work): Promise<Measure.Measured | "gone" | undefined> {
  try {
    return await Measure.measure((offset, length) => readRange(config.uploadsBucket, key, offset, length), bytes);
  } catch (error) {
    if (isMissing(error)) return "gone";
    throw error;
  }
}
