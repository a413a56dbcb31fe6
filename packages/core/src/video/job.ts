export * as Job from "./job.ts";

import * as v from "valibot";
import type { MediaRef } from "../keys.ts";
import { Keys } from "../keys.ts";
import { Corrupt, NoVideo, type Reason, UnsupportedCodec } from "../reasons.ts";
import type { Rung, Transcode } from "./plan.ts";

/** Seconds between key frames: every HLS segment begins with one. */
const GOP_SECONDS = 2;
/** Apple's authoring specification asks for segments of about six seconds. */
export const SEGMENT_SECONDS = 6;
const AUDIO_BITRATE = 128_000;
const AUDIO_HERTZ = 48_000;
/** The box of the frames for scrubbing and of the thumbnail made of them, pixels. */
const FRAME_SIDE = 640;
/** MediaConvert's scale is 1-100; above this, files grow without a visible gain. */
const FRAME_QUALITY = 80;
const AUDIO_SELECTOR = "Audio Selector 1";
const AUDIO_GROUP = "audio";

/**
 * MediaConvert's `Settings` for one planned video: a CMAF ladder with an HLS playlist, its highest rung first, and
 * frames. `video.mp4` is put together of that rung and the sound when the clip is published. All is written anew:
 * nothing that hides in the source, between its samples or before its beginning, is served. Rotation, tone mapping and
 * the removal of private metadata follow from what is left out: MediaConvert passes on no metadata it is not told to.
 */
export function settings(input: { ref: MediaRef; transcode: Transcode; source: string; contentBucket: string }) {
  const { ref, transcode } = input;
  const destination = (key: string) => `s3://${input.contentBucket}/${key}`;
  return {
    TimecodeConfig: { Source: "ZEROBASED" },
    Inputs: [
      {
        FileInput: input.source,
        TimecodeSource: "ZEROBASED",
        VideoSelector: {
          ColorSpace: "FOLLOW",
          Rotate: rotation(transcode),
          ...(transcode.stream === undefined ? {} : byStream(transcode.stream)),
        },
        ...(transcode.audio ? { AudioSelectors: { [AUDIO_SELECTOR]: sound(transcode.audio) } } : {}),
        ...(transcode.untilMs ? { InputClippings: [{ EndTimecode: timecode(transcode.untilMs) }] } : {}),
      },
    ],
    OutputGroups: [
      ladderGroup(transcode, destination(Keys.stream(ref).replace(/\.m3u8$/, ""))),
      frameGroup(transcode, destination(Keys.frames(ref))),
    ],
  };
}

/** What MediaConvert tells of one file it made (service model, `OutputDetail`), as Step Functions hands it on. */
export const OutputDetail = v.looseObject({
  DurationInMs: v.optional(v.number()),
  VideoDetails: v.optional(v.looseObject({ WidthInPx: v.optional(v.number()), HeightInPx: v.optional(v.number()) })),
});

/** The same in the domain's names; members that MediaConvert does not report are missing. */
export function facts({ DurationInMs, VideoDetails }: v.InferOutput<typeof OutputDetail>) {
  const { WidthInPx, HeightInPx } = VideoDetails ?? {};
  return {
    ...(WidthInPx && HeightInPx ? { width: WidthInPx, height: HeightInPx } : {}),
    ...(DurationInMs ? { durationMs: DurationInMs } : {}),
  };
}

/** MediaConvert reads no turn from a matrix that mirrors (user guide, automatic rotation): it is told. */
function rotation({ rotate, turn, mirrored }: Transcode): string {
  const told = mirrored ?? turn;
  if (told === undefined) return rotate ? "AUTO" : "DEGREE_0";
  return told === 0 ? "DEGREE_0" : `DEGREES_${told}`;
}

/** The numbers of tracks count only what the service knows, and may shift; those of streams do not. */
const byStream = (stream: number) => ({ SelectorType: "STREAM", Streams: [stream] });

const sound = ({ stream }: NonNullable<Transcode["audio"]>) => ({
  DefaultSelection: "DEFAULT",
  ...(stream === undefined ? {} : byStream(stream)),
});

/** `HH:MM:SS:FF` from the beginning, which is zero here. */
function timecode(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  // A day is as far as a timecode goes.
  if (seconds >= 24 * 3600) return "23:59:59:00";
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}:00`;
}

const ladderGroup = (transcode: Transcode, destination: string) => ({
  Name: "Stream",
  OutputGroupSettings: {
    Type: "CMAF_GROUP_SETTINGS",
    CmafGroupSettings: {
      Destination: destination,
      WriteHlsManifest: "ENABLED",
      WriteDashManifest: "DISABLED",
      SegmentControl: "SEGMENTED_FILES",
      SegmentLength: SEGMENT_SECONDS,
      FragmentLength: GOP_SECONDS,
      ManifestDurationFormat: "FLOATING_POINT",
      CodecSpecification: "RFC_6381",
      StreamInfResolution: "INCLUDE",
    },
  },
  Outputs: [
    ...transcode.rungs.map((rung) => ({
      NameModifier: `_${rung.lines}`,
      ContainerSettings: {
        Container: "CMFC",
        ...(transcode.audio ? { CmfcSettings: { AudioRenditionSets: AUDIO_GROUP } } : {}),
      },
      VideoDescription: h264(transcode, rung),
    })),
    ...(transcode.audio
      ? [
          {
            NameModifier: "_audio",
            ContainerSettings: {
              Container: "CMFC",
              CmfcSettings: { AudioGroupId: AUDIO_GROUP, AudioTrackType: "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" },
            },
            AudioDescriptions: [aac()],
          },
        ]
      : []),
  ],
});

const frameGroup = (transcode: Transcode, destination: string) => ({
  Name: "Frames",
  OutputGroupSettings: { Type: "FILE_GROUP_SETTINGS", FileGroupSettings: { Destination: destination } },
  Outputs: [
    {
      ContainerSettings: { Container: "RAW" },
      Extension: "jpg",
      VideoDescription: {
        ...picture(transcode, frameBox(transcode)),
        CodecSettings: {
          Codec: "FRAME_CAPTURE",
          FrameCaptureSettings: {
            FramerateNumerator: 1,
            FramerateDenominator: transcode.frameSeconds,
            // The first frame, then one per interval: never fewer than the clip has.
            MaxCaptures: Math.ceil(transcode.durationMs / 1000 / transcode.frameSeconds) + 1,
            Quality: FRAME_QUALITY,
          },
        },
      },
    },
  ],
});

function frameBox(transcode: Transcode): Pick<Rung, "width" | "height" | "exact"> {
  const smallest = transcode.rungs.at(-1)!;
  if (smallest.exact) return smallest;
  const side = Math.min(FRAME_SIDE, transcode.rungs[0]!.width);
  return { width: side, height: side, exact: false };
}

const h264 = (transcode: Transcode, rung: Rung) => ({
  ...picture(transcode, rung),
  CodecSettings: {
    Codec: "H_264",
    H264Settings: {
      CodecProfile: "HIGH",
      RateControlMode: "QVBR",
      QvbrSettings: { QvbrQualityLevel: rung.quality },
      MaxBitrate: rung.maxBitrate,
      QualityTuningLevel: "SINGLE_PASS_HQ",
      SceneChangeDetect: "TRANSITION_DETECTION",
      GopSize: GOP_SECONDS,
      GopSizeUnits: "SECONDS",
      GopClosedCadence: 1,
      InterlaceMode: "PROGRESSIVE",
      // Square pixels: a player that ignores the aspect ratio still shows the right shape.
      ParControl: "SPECIFIED",
      ParNumerator: 1,
      ParDenominator: 1,
      ...(transcode.frameRate
        ? {
            FramerateControl: "SPECIFIED",
            FramerateNumerator: transcode.frameRate.numerator,
            FramerateDenominator: transcode.frameRate.denominator,
            FramerateConversionAlgorithm: "DUPLICATE_DROP",
          }
        : { FramerateControl: "INITIALIZE_FROM_SOURCE" }),
    },
  },
});

const picture = (transcode: Transcode, box: Pick<Rung, "width" | "height" | "exact">) => ({
  Width: box.width,
  Height: box.height,
  // FIT_NO_UPSCALE shrinks into the box without bars; the default would pad. An exact box has the picture's own shape.
  ScalingBehavior: box.exact ? "STRETCH_TO_OUTPUT" : "FIT_NO_UPSCALE",
  ...(transcode.hdr || transcode.interlaced
    ? {
        VideoPreprocessors: {
          ...(transcode.hdr
            ? { ColorCorrector: { ColorSpaceConversion: "FORCE_709", HdrToSdrToneMapper: "PRESERVE_DETAILS" } }
            : {}),
          ...(transcode.interlaced ? { Deinterlacer: { Mode: "DEINTERLACE", Algorithm: "INTERPOLATE" } } : {}),
        },
      }
    : {}),
});

const aac = () => ({
  AudioSourceName: AUDIO_SELECTOR,
  CodecSettings: {
    Codec: "AAC",
    AacSettings: {
      CodecProfile: "LC",
      CodingMode: "CODING_MODE_2_0",
      RateControlMode: "CBR",
      Bitrate: AUDIO_BITRATE,
      SampleRate: AUDIO_HERTZ,
    },
  },
});

/**
 * Why the file is refused, by MediaConvert's error codes that blame it, not us (user guide, MediaConvert error codes):
 * it cannot be opened, holds no video, has a codec or a combination that cannot be converted, or breaks off. Undefined
 * for the others.
 */
export function blame(code: number | undefined): Reason | undefined {
  if (code === 1020) return NoVideo();
  if (code === 1030) return UnsupportedCodec(undefined);
  return code !== undefined && [1010, 1040, 1075].includes(code) ? Corrupt("video") : undefined;
}

/**
 * The error code in what Step Functions reports as the cause of a failed `createJob.sync`: the job as JSON, or prose.
 */
export function errorCode(cause: string | undefined): number | undefined {
  const found = /"?error\s?code"?\s*[:=]?\s*"?(\d{4})\b/i.exec(cause ?? "");
  return found ? Number(found[1]) : undefined;
}
