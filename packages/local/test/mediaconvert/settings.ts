import type {
  AudioDescription,
  CreateJobRequest,
  H264Settings,
  Output,
  OutputGroup,
  VideoDescription,
} from "@aws-sdk/client-mediaconvert";
import { ROLE } from "./cloud.ts";

export const QVBR: H264Settings = {
  RateControlMode: "QVBR",
  MaxBitrate: 2_000_000,
  QvbrSettings: { QvbrQualityLevel: 7 },
  CodecProfile: "HIGH",
  GopSize: 2,
  GopSizeUnits: "SECONDS",
  GopClosedCadence: 1,
  SceneChangeDetect: "DISABLED",
  QualityTuningLevel: "SINGLE_PASS_HQ",
};

export const box = (side: number, h264: H264Settings = {}): VideoDescription => ({
  Width: side,
  Height: side,
  ScalingBehavior: "FIT_NO_UPSCALE",
  CodecSettings: { Codec: "H_264", H264Settings: { ...QVBR, ...h264 } },
  VideoPreprocessors: { ColorCorrector: { ColorSpaceConversion: "FORCE_709" } },
});

export const aac = (name = "Audio Selector 1"): AudioDescription => ({
  AudioSourceName: name,
  CodecSettings: { Codec: "AAC", AacSettings: { Bitrate: 96_000, CodingMode: "CODING_MODE_2_0", SampleRate: 48_000 } },
});

export const mp4 = (
  video: VideoDescription = box(1920),
  audios: AudioDescription[] = [aac()],
  more: Partial<Output> = {},
): Output => ({
  ContainerSettings: { Container: "MP4", Mp4Settings: { MoovPlacement: "PROGRESSIVE_DOWNLOAD" } },
  VideoDescription: video,
  ...(audios.length > 0 ? { AudioDescriptions: audios } : {}),
  ...more,
});

export const captures = (seconds = 1, more: Record<string, unknown> = {}): Output => ({
  NameModifier: "-frame",
  ContainerSettings: { Container: "RAW" },
  VideoDescription: {
    ...box(640),
    CodecSettings: {
      Codec: "FRAME_CAPTURE",
      FrameCaptureSettings: {
        FramerateNumerator: 1,
        FramerateDenominator: seconds,
        MaxCaptures: 60,
        Quality: 80,
        ...more,
      },
    },
  },
});

export const files = (outputs: Output[], destination = "s3://content/out/video"): OutputGroup => ({
  Name: "File Group",
  OutputGroupSettings: { Type: "FILE_GROUP_SETTINGS", FileGroupSettings: { Destination: destination } },
  Outputs: outputs,
});

export const hls = (sides: number[], audio = true, destination = "s3://content/out/hls/index"): OutputGroup => ({
  Name: "CMAF",
  OutputGroupSettings: {
    Type: "CMAF_GROUP_SETTINGS",
    CmafGroupSettings: {
      Destination: destination,
      SegmentControl: "SEGMENTED_FILES",
      SegmentLength: 4,
      FragmentLength: 2,
      WriteHlsManifest: "ENABLED",
      WriteDashManifest: "DISABLED",
    },
  },
  Outputs: [
    ...sides.map(
      (side): Output => ({
        NameModifier: `-${side}`,
        ContainerSettings: { Container: "CMFC", CmfcSettings: { AudioRenditionSets: "audio" } },
        VideoDescription: box(side),
      }),
    ),
    ...(audio
      ? [
          {
            NameModifier: "-audio",
            ContainerSettings: { Container: "CMFC" as const, CmfcSettings: { AudioGroupId: "audio" } },
            AudioDescriptions: [aac()],
          },
        ]
      : []),
  ],
});

/** A request with file, frames and HLS outputs, as the pipeline makes them. */
export const request = (
  groups: OutputGroup[],
  input: Record<string, unknown> = {},
): CreateJobRequest & Record<string, unknown> => ({
  Role: ROLE,
  UserMetadata: { uploadId: "u1" },
  Settings: {
    TimecodeConfig: { Source: "ZEROBASED" },
    Inputs: [
      {
        FileInput: "s3://uploads/in/clip.mp4",
        TimecodeSource: "ZEROBASED",
        VideoSelector: { Rotate: "AUTO" },
        AudioSelectors: { "Audio Selector 1": { DefaultSelection: "DEFAULT" } },
        ...input,
      },
    ],
    OutputGroups: groups,
  },
});
