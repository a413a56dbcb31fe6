import * as v from "valibot";

/**
 * What MediaConvert's Probe says of a file, as Step Functions hands it on (PascalCase); only what planning reads.
 * Source: MediaConvert service model, `ProbeResult`; `Rotation` is newer than the model's `VideoProperties`.
 */
const Rate = v.object({ Numerator: v.number(), Denominator: v.number() });

const VideoProperties = v.looseObject({
  Width: v.optional(v.number()),
  Height: v.optional(v.number()),
  BitDepth: v.optional(v.number()),
  BitRate: v.optional(v.number()),
  FrameRate: v.optional(Rate),
  Rotation: v.optional(v.nullable(v.number())),
  /** Declared by the container; the codec's own stands in `CodecMetadata`. */
  SampleAspectRatio: v.optional(v.nullable(Rate)),
  ColorPrimaries: v.optional(v.string()),
  TransferCharacteristics: v.optional(v.string()),
  CodecMetadata: v.optional(
    v.looseObject({
      BitDepth: v.optional(v.number()),
      ChromaSubsampling: v.optional(v.string()),
      Profile: v.optional(v.string()),
      ScanType: v.optional(v.string()),
      SampleAspectRatio: v.optional(v.nullable(Rate)),
      TransferCharacteristics: v.optional(v.string()),
    }),
  ),
});

const Track = v.looseObject({
  Index: v.optional(v.number()),
  TrackType: v.optional(v.string()),
  Codec: v.optional(v.string()),
  Duration: v.optional(v.number()),
  VideoProperties: v.optional(VideoProperties),
  AudioProperties: v.optional(v.looseObject({ Channels: v.optional(v.number()), SampleRate: v.optional(v.number()) })),
});
export type Track = v.InferOutput<typeof Track>;

export const ProbeResult = v.looseObject({
  Container: v.optional(
    v.looseObject({
      Format: v.optional(v.string()),
      /** Seconds. */
      Duration: v.optional(v.number()),
      Tracks: v.optional(v.array(Track)),
    }),
  ),
});
export type ProbeResult = v.InferOutput<typeof ProbeResult>;
