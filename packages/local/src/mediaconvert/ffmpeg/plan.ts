import type { Input, JobSettings, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import { JobError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { isFrameCapture } from "../model/check.ts";
import { baseOf, groupSettings, type Location } from "../names.ts";
import { type PlannedAudio, planAudio } from "./audio.ts";
import { type Clip, clipOf } from "./clip.ts";
import { value } from "./rates.ts";
import { selectVideo } from "./selectors.ts";
import type { Source, Track, VideoTrack } from "./source.ts";
import { type PlannedVideo, planVideo, preScale } from "./video.ts";

/** One output as ffmpeg is to make it. */
export interface PlannedOutput {
  kind: "file" | "frames" | "cmaf";
  /** Names its files in the scratch folder: the job's id and positions, nothing a user wrote. */
  id: string;
  /** Bucket and key without the ending: destination's base and name modifier. */
  stem: Location;
  extension: string;
  settings: Output;
  video?: PlannedVideo;
  audios: PlannedAudio[];
}

export interface PlannedGroup {
  settings: OutputGroup;
  /** Where the group's files begin; a CMAF group's main playlist is `{base}.m3u8`. */
  base: Location;
  outputs: PlannedOutput[];
}

export interface Plan {
  groups: PlannedGroup[];
  video?: VideoTrack;
  /** What part of the input is used. */
  clip: Clip;
}

const VIDEO_CODECS = new Set(
  "h264 hevc mpeg4 msmpeg4v2 msmpeg4v3 h263 mpeg1video mpeg2video mjpeg vp8 vp9 av1 prores dnxhd qtrle rawvideo v210 theora vc1 wmv1 wmv2 wmv3 jpeg2000 dvvideo flv1".split(
    " ",
  ),
);
const AUDIO_CODECS =
  /^(aac|ac3|eac3|mp[123]|opus|vorbis|flac|alac|amr_nb|amr_wb|wmav1|wmav2|wmapro|dts|truehd|(pcm|adpcm)_.*)$/;

/**
 * What the settings come to for this input. Throws JobError when they do not suit it (1020, 1021, 1030, 1040, 1060).
 */
export function planJob(jobId: string, settings: JobSettings, source: Source, limits: Limits): Plan {
  const input = settings.Inputs![0]!;
  const groups = settings.OutputGroups!;
  const track = selectVideo(input, source);
  const wantsVideo = groups.some((group) => group.Outputs!.some((output) => output.VideoDescription));
  if (wantsVideo && !track) throw new JobError(1020, "No video found in the input, but an output needs video");
  if (wantsVideo) checkVideo(track!, limits);
  const clip = clipOf(input, wantsVideo ? track : undefined);
  const planned = groups.map((group, g) => planGroup(group, `${jobId}-${g}`, input, source, track, clip));
  const videos = planned.flatMap(({ outputs }) => outputs.flatMap(({ video }) => video ?? []));
  if (track) preScale(videos, track);
  return { groups: planned, video: wantsVideo ? track : undefined, clip };
}

function checkVideo(track: VideoTrack, limits: Limits) {
  const { width, height, codec, pace } = track;
  if (!VIDEO_CODECS.has(codec))
    throw new JobError(1030, `Video codec [${codecName(track)}] is not a supported input video codec`);
  if (width < 1 || height < 1 || width > limits.maxDimension || height > limits.maxDimension)
    throw new JobError(1040, `Invalid resolution [${width} x ${height}] of the input`);
  if (value(pace.rate) > limits.maxFrameRate)
    throw new JobError(1040, `Invalid frame rate [${pace.rate.numerator}/${pace.rate.denominator}] of the input`);
}

const codecName = ({ codec, tag }: Track) => (codec === "unknown" ? tag : codec);

function planGroup(
  settings: OutputGroup,
  prefix: string,
  input: Input,
  source: Source,
  track: VideoTrack | undefined,
  clip: Clip,
): PlannedGroup {
  const base = baseOf(settings, input.FileInput!);
  const cmaf = settings.OutputGroupSettings!.Type === "CMAF_GROUP_SETTINGS";
  const { SegmentLength = 10, SegmentLengthControl = "EXACT" } = groupSettings(settings);
  const segmentSeconds = cmaf && SegmentLengthControl === "EXACT" ? SegmentLength : undefined;
  const outputs = settings.Outputs!.map((output, o): PlannedOutput => {
    const described = output.AudioDescriptions ?? [];
    const audios = described.flatMap(
      (description, position) => planAudio(description, position, input, source, clip) ?? [],
    );
    const video =
      output.VideoDescription &&
      planVideo(output.VideoDescription, {
        selector: input.VideoSelector,
        track: track!,
        source,
        clip,
        segmentSeconds,
      });
    if (!video && audios.length === 0)
      throw new JobError(1021, "No audio found in the input, but an output needs audio");
    for (const audio of audios)
      if (!AUDIO_CODECS.test(audio.track.codec))
        throw new JobError(1030, `Audio codec [${codecName(audio.track)}] is not a supported input audio codec`);
    const kind = cmaf ? "cmaf" : isFrameCapture(output) ? "frames" : "file";
    const extension =
      kind === "cmaf" ? (video ? "cmfv" : "cmfa") : (output.Extension ?? (kind === "frames" ? "jpg" : "mp4"));
    const stem = { bucket: base.bucket, key: base.key + (output.NameModifier ?? "") };
    return { kind, id: `${prefix}-${o}`, stem, extension, settings: output, video, audios };
  });
  return { settings, base, outputs };
}
