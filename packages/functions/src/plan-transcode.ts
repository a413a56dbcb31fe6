import { config } from "@dropclip/core/config";
import { parse } from "@dropclip/core/fn";
import { Job } from "@dropclip/core/job";
import { Keys } from "@dropclip/core/keys";
import { Media } from "@dropclip/core/media";
import { isPlain } from "@dropclip/core/mp4";
import { Plan } from "@dropclip/core/plan";
import { ProbeResult } from "@dropclip/core/probe";
import * as v from "valibot";
import { logger } from "./log.ts";
import { readRange } from "./objects.ts";

const Input = v.object({ media: Media.Work, probe: v.nullable(ProbeResult) });

/** Task "Plan transcode": what to make of the video, as MediaConvert's settings; or refuses it. */
export async function handler(event: unknown) {
  const { media, probe } = parse(Input, event);
  const read = (offset: number, length: number) => readRange(config.uploadsBucket, media.key, offset, length);
  const plainMp4 = probe?.Container?.Format === "mp4" && (await isPlain(read, media.bytes));
  const plan = Plan.plan(probe ?? undefined, { maxDurationMs: media.maxDurationMs, plainMp4 });
  if ("refused" in plan) {
    await Media.reject(media, plan.refused);
    logger.info("refused", { key: media.key, code: plan.refused.code });
    return { route: "refused" };
  }
  const { transcode } = plan;
  await Media.noteStep(media, "planned");
  await Media.noteProgress(media, Media.PROGRESS.planned);
  const source = `s3://${config.uploadsBucket}/${media.key}`;
  const settings = Job.settings({ ref: media, transcode, source, contentBucket: config.contentBucket });
  const top = transcode.rungs[0]!;
  const scale = transcode.copy
    ? 1
    : Math.min(1, top.width / (top.exact ? transcode.width : Math.max(transcode.width, transcode.height)));
  const video = {
    width: Math.round(transcode.width * scale),
    height: Math.round(transcode.height * scale),
    durationMs: transcode.durationMs,
  };
  return { route: transcode.copy ? "copy" : "transcode", copyTo: Keys.video(media), settings, video };
}
