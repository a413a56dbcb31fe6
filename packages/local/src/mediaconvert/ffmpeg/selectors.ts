import type { AudioDescription, AudioSelector, Input } from "@aws-sdk/client-mediaconvert";
import { JobError } from "../errors.ts";
import { type AudioTrack, audioTracks, type Source, type Track, type VideoTrack, videoTracks } from "./source.ts";

/**
 * The input's video: its first video track, or the one a STREAM selector names by its number among all tracks of the
 * file, which is Probe's Index. Throws JobError 1040 when no video has that number.
 */
export function selectVideo({ VideoSelector: selector = {} }: Input, source: Source): VideoTrack | undefined {
  if (selector.SelectorType !== "STREAM") return videoTracks(source)[0];
  const number = selector.Streams![0]!;
  const track = byNumber(videoTracks(source), number);
  if (track) return track;
  throw new JobError(1040, `Invalid video stream specified for video_selector. Stream [${number}] not found in input.`);
}

/**
 * The track an audio description takes; undefined when the input has no audio and the selector names none. Tracks
 * counts the audio tracks, Streams all tracks of the file, both from one. Throws JobError 1040 when it is not there.
 */
export function selectAudio(
  description: AudioDescription,
  position: number,
  input: Input,
  source: Source,
): AudioTrack | undefined {
  const selectors = Object.entries(input.AudioSelectors ?? {});
  const name = description.AudioSourceName ?? "Audio Selector 1";
  const wanted = selectors.findIndex(([key]) => key === name);
  const index = wanted >= 0 ? wanted : selectors.findIndex(([, selector]) => selector.DefaultSelection === "DEFAULT");
  if (index < 0)
    throw new JobError(1040, `Invalid selector_sequence_id [0] specified for audio_description [${position + 1}]`);
  const { found, missing } = lookUp(selectors[index]![1], audioTracks(source));
  if (found || !missing) return found;
  throw new JobError(
    1040,
    `Invalid audio track specified for audio_selector [${index + 1}]. ${missing} not found in input container.`,
  );
}

function lookUp(selector: AudioSelector, tracks: AudioTrack[]): { found?: AudioTrack; missing?: string } {
  if (selector.SelectorType === "LANGUAGE_CODE") {
    const code = (selector.CustomLanguageCode ?? selector.LanguageCode ?? "").toLowerCase();
    return { found: tracks.find(({ language }) => language === code), missing: `Language [${code}]` };
  }
  if (selector.SelectorType === "STREAM") {
    const number = selector.Streams![0]!;
    return { found: byNumber(tracks, number), missing: `Audio stream [${number}]` };
  }
  const number = selector.Tracks?.[0];
  if (number === undefined) return { found: tracks[0] };
  return { found: tracks[number - 1], missing: `Audio track [${number}]` };
}

const byNumber = <T extends Track>(tracks: T[], number: number): T | undefined =>
  tracks.find(({ index }) => index + 1 === number);
