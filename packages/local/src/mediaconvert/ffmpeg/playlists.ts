import type { CmafGroupSettings, CmfcSettings } from "@aws-sdk/client-mediaconvert";
import type { Rational } from "./rates.ts";

/** A finished rendition of a CMAF group, as its playlists describe it. */
export interface FinishedRendition {
  /** File names, relative to the main playlist. */
  playlist: string;
  init: string;
  segments: { name: string; seconds: number; bytes: number }[];
  codecs: string;
  container: CmfcSettings;
  video?: { width: number; height: number; frameRate: Rational };
  audio?: { language?: string; label?: string; channels: number };
}

/** A rendition's own playlist, laid out as MediaConvert writes it. */
export function mediaPlaylist({ init, segments }: FinishedRendition, settings: CmafGroupSettings): string {
  const whole = settings.ManifestDurationFormat === "INTEGER";
  const longest = Math.max(0, ...segments.map(({ seconds }) => seconds));
  const target =
    settings.TargetDurationCompatibilityMode === "SPEC_COMPLIANT" ? Math.round(longest) : Math.ceil(longest - 0.0005);
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    `#EXT-X-TARGETDURATION:${Math.max(1, target)}`,
    "#EXT-X-MEDIA-SEQUENCE:1",
  ];
  lines.push("#EXT-X-PLAYLIST-TYPE:VOD", ...cache(settings), `#EXT-X-MAP:URI="${init}"`);
  for (const { name, seconds } of segments)
    lines.push(`#EXTINF:${whole ? Math.round(seconds) : Number(seconds.toFixed(5))},`, name);
  return `${[...lines, "#EXT-X-ENDLIST"].join("\n")}\n`;
}

/**
 * The group's main playlist: every video with its audio. Without group ids each audio is a group of its own,
 * `program_audio_{n}`, for every video (SDK documentation of AudioRenditionSets).
 */
export function mainPlaylist(renditions: FinishedRendition[], settings: CmafGroupSettings): string {
  const audios = renditions
    .filter(({ audio }) => audio)
    .map((rendition, index) => ({ rendition, group: rendition.container.AudioGroupId ?? `program_audio_${index}` }));
  const lone = audios.filter(({ rendition }) => rendition.container.AudioTrackType === "AUDIO_ONLY_VARIANT_STREAM");
  const grouped = audios.filter((audio) => !lone.includes(audio));
  const lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS", ...cache(settings)];
  for (const [index, { rendition, group }] of grouped.entries()) lines.push(mediaTag(rendition, group, index === 0));
  for (const rendition of renditions) {
    if (!rendition.video) continue;
    const wanted = rendition.container.AudioRenditionSets?.split(",").map((name) => name.trim());
    const heard = grouped.filter(({ group }) => !wanted || wanted.includes(group));
    const groups = [...new Set(heard.map(({ group }) => group))];
    for (const group of groups.length > 0 ? groups : [undefined]) {
      const members = heard.filter((audio) => audio.group === group).map((audio) => audio.rendition);
      lines.push(streamTag(rendition, members, group, settings), rendition.playlist);
    }
  }
  const videoless = renditions.every(({ video }) => !video);
  for (const { rendition } of videoless ? audios : lone)
    lines.push(streamTag(rendition, [], undefined, settings), rendition.playlist);
  return `${lines.join("\n")}\n`;
}

const cache = ({ ClientCache }: CmafGroupSettings) => (ClientCache === "DISABLED" ? ["#EXT-X-ALLOW-CACHE:NO"] : []);

function mediaTag({ audio, container, playlist }: FinishedRendition, group: string, first: boolean): string {
  const type =
    container.AudioTrackType ?? (first ? "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" : "ALTERNATE_AUDIO_AUTO_SELECT");
  const yes = (condition: boolean) => (condition ? "YES" : "NO");
  const attributes = ["TYPE=AUDIO", `GROUP-ID="${group}"`];
  if (audio!.language) attributes.push(`LANGUAGE="${audio!.language}"`);
  attributes.push(`NAME="${audio!.label ?? audio!.language ?? "Audio"}"`);
  attributes.push(`AUTOSELECT=${yes(type !== "ALTERNATE_AUDIO_NOT_AUTO_SELECT")}`);
  attributes.push(`DEFAULT=${yes(type === "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT")}`, `CHANNELS="${audio!.channels}"`);
  if (container.DescriptiveVideoServiceFlag === "FLAG")
    attributes.push('CHARACTERISTICS="public.accessibility.describes-video"');
  return `#EXT-X-MEDIA:${attributes.join(",")},URI="${playlist}"`;
}

function streamTag(
  rendition: FinishedRendition,
  audios: FinishedRendition[],
  group: string | undefined,
  settings: CmafGroupSettings,
) {
  const heaviest = (rate: (rendition: FinishedRendition) => number) => Math.max(0, ...audios.map(rate));
  const { video } = rendition;
  const attributes = [
    `BANDWIDTH=${peak(rendition) + heaviest(peak)}`,
    `AVERAGE-BANDWIDTH=${average(rendition) + heaviest(average)}`,
    `CODECS="${[...new Set([rendition, ...audios].map(({ codecs }) => codecs))].join(",")}"`,
  ];
  if (video && settings.StreamInfResolution !== "EXCLUDE") attributes.push(`RESOLUTION=${video.width}x${video.height}`);
  if (video) attributes.push(`FRAME-RATE=${(video.frameRate.numerator / video.frameRate.denominator).toFixed(3)}`);
  if (group !== undefined) attributes.push(`AUDIO="${group}"`);
  return `#EXT-X-STREAM-INF:${attributes.join(",")}`;
}

/** Bits a second of the heaviest segment. */
const peak = ({ segments }: FinishedRendition) =>
  Math.ceil(Math.max(1, ...segments.map(({ bytes, seconds }) => (8 * bytes) / Math.max(seconds, 0.001))));

function average({ segments }: FinishedRendition): number {
  const seconds = segments.reduce((sum, segment) => sum + segment.seconds, 0);
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return Math.ceil((8 * bytes) / Math.max(seconds, 0.001));
}
