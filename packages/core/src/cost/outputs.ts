import type { Job } from "../video/job.ts";
import type { Plan } from "../video/plan.ts";
import type { Amounts } from "./bill.ts";

type Settings = ReturnType<typeof Job.settings>;

/** MediaConvert bills an output for this long at least, and then by the second (AWS: MediaConvert pricing). */
const LEAST_SECONDS = 10;
/** Lines from which on a picture is HD. */
const HD_LINES = 720;
/** Frames a second up to which a minute is one minute, with room for what rounding does; up to 60 it is two. */
const SINGLE_RATE = 30.5;

/** What MediaConvert bills of a job: its outputs, as they are asked for. */
export function ofJob(settings: Settings, transcode: Plan.Transcode, fps: number | undefined): Amounts {
  const minutes = Math.max(LEAST_SECONDS, Math.ceil(transcode.durationMs / 1000)) / 60;
  const rate = (fps ?? 0) > SINGLE_RATE ? 2 : 1;
  const amounts: Amounts = { "MediaConvert, probe": 1 };
  const count = (item: keyof Amounts, amount: number) => {
    amounts[item] = (amounts[item] ?? 0) + amount;
  };
  for (const { VideoDescription: video } of settings.OutputGroups.flatMap<Output>(({ Outputs }) => Outputs)) {
    if (!video) count("MediaConvert, sound alone", minutes);
    else if (video.CodecSettings.Codec === "FRAME_CAPTURE") count("MediaConvert, frames", minutes);
    // Deinterlacing, and HDR to SDR, are of the other tier.
    else if (video.VideoPreprocessors) count("MediaConvert, professional tier", minutes * rate);
    else count(linesOf(transcode, video) >= HD_LINES ? "MediaConvert, HD" : "MediaConvert, SD", minutes * rate);
  }
  return amounts;
}

/** As much of an output as is billed by. */
interface Output {
  NameModifier?: string;
  VideoDescription?: {
    Width: number;
    Height: number;
    CodecSettings: { Codec: string };
    VideoPreprocessors?: object;
  };
}

/** Lines of the shorter side, once the picture is shrunk into the output's box. */
function linesOf({ width, height }: Plan.Transcode, box: { Width: number; Height: number }): number {
  const scale = Math.min(1, box.Width / width, box.Height / height);
  return Math.round(Math.min(width, height) * scale);
}
