import type { ObjectFile } from "../../ports.ts";
import { MATRICES, PRIMARIES, TRANSFERS } from "./color-names.ts";
import { type Rational, value } from "./rates.ts";
import type { AudioTrack, Source, Track, VideoTrack } from "./source.ts";

/** Probe's codec names; what it has no name for is UNKNOWN. */
const CODECS: Record<string, string> = {
  aac: "AAC",
  ac3: "AC3",
  eac3: "EAC3",
  flac: "FLAC",
  mp3: "MP3",
  opus: "OPUS",
  vorbis: "VORBIS",
  ...{
    av1: "AV1",
    h264: "AVC",
    hevc: "HEVC",
    jpeg2000: "JPEG2000",
    mjpeg: "MJPEG",
    mpeg1video: "MPEG1",
    mpeg2video: "MPEG2",
  },
  ...{
    mpeg4: "MP4V",
    prores: "PRORES",
    qtrle: "QTRLE",
    theora: "THEORA",
    rawvideo: "UNCOMPRESSED",
    vp8: "VP8",
    vp9: "VP9",
  },
  webvtt: "WEBVTT",
  eia_608: "C608",
  // Newer than the service model kept here (SDK 3.1169.0, Codec).
  h263: "H263",
  dvvideo: "DV",
  vc1: "VC1",
  dnxhd: "VC3",
  amr_nb: "AMR",
  amr_wb: "AMR",
  mp2: "MP2",
  wmav1: "WMA",
  wmav2: "WMA2",
  wmapro: "WMAPRO",
};

/** One entry of ProbeResults in AWS's shape; times in seconds, tracks numbered from one. */
export function probeResult(source: Source, object: ObjectFile) {
  const indexes = (kind: Track["kind"]) =>
    source.tracks.filter((track) => track.kind === kind).map((track) => track.index + 1);
  const data = indexes("data");
  return {
    Container: {
      Duration: source.durationSeconds,
      Format: source.format,
      Tracks: source.tracks.map(trackResult),
    },
    Metadata: {
      ETag: object.etag,
      FileSize: object.bytes,
      LastModified: Math.floor(object.lastModifiedMs / 1000),
      MimeType: object.contentType ?? "application/octet-stream",
    },
    TrackMappings: [
      {
        AudioTrackIndexes: indexes("audio"),
        ...(data.length > 0 ? { DataTrackIndexes: data } : {}),
        VideoTrackIndexes: indexes("video"),
      },
    ],
  };
}

function trackResult(track: Track) {
  const codec = CODECS[track.codec] ?? (track.codec.startsWith("pcm_") ? "PCM" : "UNKNOWN");
  const common = { Codec: codec, Duration: track.durationSeconds, Index: track.index + 1, TrackType: track.kind };
  if (track.kind === "video") return { ...common, VideoProperties: video(track) };
  if (track.kind === "audio") return { ...common, AudioProperties: audio(track) };
  return { ...common, DataProperties: { LanguageCode: track.language } };
}

function video(track: VideoTrack) {
  const colors = {
    ColorPrimaries: PRIMARIES[track.primaries ?? ""]?.probe ?? "UNSPECIFIED",
    MatrixCoefficients: MATRICES[track.matrix ?? ""]?.probe ?? "UNSPECIFIED",
    TransferCharacteristics: TRANSFERS[track.transfer ?? ""]?.probe ?? "UNSPECIFIED",
  };
  const size = { Height: track.height, Width: track.width };
  return {
    BitDepth: track.bitDepth,
    BitRate: track.bitRate === undefined ? undefined : Math.round(track.bitRate),
    CodecMetadata: {
      BitDepth: track.bitDepth,
      ChromaSubsampling: track.chroma,
      CodedFrameRate: fraction(track.pace.rate),
      ...colors,
      ...size,
      Level: level(track),
      Profile: track.profile,
      ScanType: track.interlaced ? "Interlaced" : "Progressive",
    },
    ...colors,
    FrameRate: fraction(track.pace.rate),
    ...size,
    // Clockwise; missing rather than zero.
    Rotation: track.rotation || undefined,
    SampleAspectRatio: sampleAspectRatio(track.pixelAspect),
  };
}

function audio(track: AudioTrack) {
  const { frameSamples, sampleRate } = track;
  return {
    BitDepth: track.bitDepth ?? 16,
    BitRate: track.bitRate === undefined ? undefined : Math.round(track.bitRate),
    Channels: track.channels,
    FrameRate: frameSamples && sampleRate ? reduced(sampleRate, frameSamples) : undefined,
    LanguageCode: track.language,
    SampleRate: sampleRate,
  };
}

/** `4.2` for H.264's 42 and HEVC's 126. */
function level({ codec, level }: VideoTrack): string | undefined {
  if (level === undefined) return undefined;
  return codec === "h264" || codec === "hevc" ? (level / (codec === "h264" ? 10 : 30)).toFixed(1) : String(level);
}

const fraction = (rate: Rational) =>
  value(rate) > 0 ? { Denominator: rate.denominator, Numerator: rate.numerator } : undefined;

function reduced(numerator: number, denominator: number) {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const by = divisor(numerator, denominator);
  return { Denominator: denominator / by, Numerator: numerator / by };
}

/** What ffprobe found in container or codec stands where AWS has the container's; square pixels go without saying. */
function sampleAspectRatio({ numerator, denominator }: { numerator: number; denominator: number }) {
  return numerator === denominator ? undefined : { Numerator: numerator, Denominator: denominator };
}
