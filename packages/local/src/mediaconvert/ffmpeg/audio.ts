import type { AacSettings, AudioDescription, Input } from "@aws-sdk/client-mediaconvert";
import { JobError } from "../errors.ts";
import { type Clip, clipFilters } from "./clip.ts";
import { selectAudio } from "./selectors.ts";
import type { AudioTrack, Source } from "./source.ts";

/** One encoded audio track of an output. */
export interface PlannedAudio {
  track: AudioTrack;
  /** ISO 639-2 or BCP 47, lower case; undefined when neither the input nor the settings name one. */
  language?: string;
  /** `StreamName`: what players show. */
  label?: string;
  channels: number;
  options: string[];
}

const CHANNELS = { CODING_MODE_1_0: 1, CODING_MODE_2_0: 2, CODING_MODE_5_1: 6 } as const;
/** ffmpeg's AAC encoder is steadier at a fixed rate, so VBR qualities are the rates they come to for stereo. */
const VBR_BITRATES = { LOW: 64_000, MEDIUM_LOW: 96_000, MEDIUM_HIGH: 128_000, HIGH: 192_000 } as const;

/**
 * As loud as the source: ffmpeg would take 3 dB off a mono track that it spreads, and add 3 dB to a stereo one that it
 * joins.
 */
const MIXES: Record<string, string[]> = {
  "1 to 2": ["pan=stereo|c0=c0|c1=c0"],
  "2 to 1": ["pan=mono|c0=0.5*c0+0.5*c1"],
};

/**
 * The input's track an audio description takes and how it is encoded; undefined when the input has no audio and the
 * selector asks for no particular track. Throws JobError 1040 for a track or selector that is not there.
 */
export function planAudio(
  description: AudioDescription,
  position: number,
  input: Input,
  source: Source,
  clip: Clip,
): PlannedAudio | undefined {
  const track = selectAudio(description, position, input, source);
  if (!track) return undefined;
  const aac = description.CodecSettings!.AacSettings ?? {};
  const channels = CHANNELS[(aac.CodingMode ?? "CODING_MODE_2_0") as keyof typeof CHANNELS];
  if (channels > 2 && track.channels < channels)
    throw new JobError(
      1040,
      `Audio coding mode ${aac.CodingMode} needs ${channels} channels, the input has ${track.channels}`,
    );
  return {
    track,
    channels,
    language: language(description, track),
    label: description.StreamName,
    options: [...filters(track, channels, clip), ...aacOptions(aac, channels)],
  };
}

function language(description: AudioDescription, track: AudioTrack): string | undefined {
  const configured = (description.CustomLanguageCode ?? description.LanguageCode)?.toLowerCase();
  if (description.LanguageCodeControl === "USE_CONFIGURED") return configured;
  return track.language && track.language !== "und" ? track.language : configured;
}

function aacOptions(aac: AacSettings, channels: number): string[] {
  const bitrate =
    aac.RateControlMode === "VBR" ? VBR_BITRATES[aac.VbrQuality ?? "MEDIUM_HIGH"] : (aac.Bitrate ?? 96_000);
  return [
    ...["-c:a", "aac", "-profile:a", "aac_low", "-b:a", String(bitrate)],
    ...["-ar", String(aac.SampleRate ?? 48_000), "-ac", String(channels)],
  ];
}

function filters(track: AudioTrack, channels: number, clip: Clip): string[] {
  const chain = [
    ...clipFilters(clip, "a"),
    // Starts with the video and stays with it, whatever gaps the source has.
    "aresample=async=1000:first_pts=0",
    ...(MIXES[`${track.channels} to ${channels}`] ?? []),
  ];
  return ["-af", chain.join(",")];
}
