export * as Plan from "./plan.ts";

import { Corrupt, NoVideo, type Reason, TooFewPixels, TooLong, TooManyPixels, UnsupportedCodec } from "./errors.ts";
import { VIDEO_SIDE_MIN } from "./limits.ts";
import type { ProbeResult, Track } from "./probe.ts";

/** What to make of a video, or why it is refused. */
export type Plan = { refused: Reason } | { transcode: Transcode };

export interface Transcode {
  /** Displayed size of the source, after rotation, pixels. */
  width: number;
  height: number;
  durationMs: number;
  /** The source is served as `video.mp4`; only the ladder and the frames are encoded. */
  copy: boolean;
  /** Turn the picture by the source's own rotation. */
  rotate: boolean;
  /** High dynamic range: tone-map to SDR. */
  hdr: boolean;
  interlaced: boolean;
  audio: boolean;
  /** Set when the source's own frame rate cannot be kept, frames per second. */
  frameRate?: Rate;
  /** Highest first; never larger than the source. */
  rungs: Rung[];
  /** Seconds between two frames for scrubbing. */
  frameSeconds: number;
}

export interface Rate {
  numerator: number;
  denominator: number;
}

export interface Rung {
  /** Lines of the shorter side the rung is named for. */
  lines: number;
  /** The box the picture is shrunk into. Square, so that portrait, square and landscape come out without bars. */
  width: number;
  height: number;
  /** The box has the picture's exact shape: a source with an odd side, or with pixels that are not square, is stretched to it. */
  exact: boolean;
  /** QVBR quality level and bits per second at most. */
  quality: number;
  maxBitrate: number;
}

/**
 * Rungs by lines of the shorter side. Quality and bit rates: AWS's QVBR guidelines (phones 6, tablets and PCs 7, large
 * screens 8); the caps leave room for the restless pictures of a concert.
 */
const LADDER = [
  { lines: 1080, quality: 8, maxBitrate: 6_000_000 },
  { lines: 720, quality: 7, maxBitrate: 3_500_000 },
  { lines: 480, quality: 7, maxBitrate: 1_600_000 },
  { lines: 360, quality: 7, maxBitrate: 900_000 },
];
/** A rung this close below the source's own size would only double it. */
const DISTINCT = 0.9;
/** Twice the frames do not need twice the bits. */
const HIGH_RATE_FACTOR = 1.5;
const RATE_MAX = 60;
/** Standard rates; a phone's variable rate averages near one of them, and a constant rate is what players want. */
const STANDARD_RATES: Rate[] = [
  { numerator: 24000, denominator: 1001 },
  { numerator: 24, denominator: 1 },
  { numerator: 25, denominator: 1 },
  { numerator: 30000, denominator: 1001 },
  { numerator: 30, denominator: 1 },
  { numerator: 50, denominator: 1 },
  { numerator: 60000, denominator: 1001 },
  { numerator: 60, denominator: 1 },
];
/** Below this a rate is a choice (time lapse, old cameras), not a phone's jitter. */
const RATE_KEPT_BELOW = 23;
/** How far a rate may be from a standard one to be it. */
const RATE_TOLERANCE = 0.0005;

/** Codecs MediaConvert decodes (user guide, supported input codecs), by the names Probe gives them. */
const DECODED = new Set([
  "AVC",
  "HEVC",
  "AV1",
  "VP8",
  "VP9",
  "MJPEG",
  "MPEG1",
  "MPEG2",
  "MP4V",
  "PRORES",
  "JPEG2000",
  "THEORA",
  "QTRLE",
  "UNCOMPRESSED",
  "VFW",
]);
/** Containers whose rotation MediaConvert reads by itself (user guide, automatic rotation). */
const ROTATING = new Set(["mp4", "quicktime"]);
const HDR_TRANSFERS = new Set(["ARIB_B67", "SMPTE_2084"]);
/** 8192 × 8192 is MediaConvert's largest picture (service model). */
const SIDE_MAX = 8192;
/** A source above this is worth encoding anew even when a browser could play it, bits per second. */
const COPY_BITRATE_MAX = 8_000_000;
const COPY_PROFILE = /^(constrained )?baseline$|^main$|^(progressive |constrained )?high$/i;
/** Frames for scrubbing: one a second, fewer for long clips. */
const FRAMES_MAX = 120;

/**
 * Plans one source. `probe` is undefined when MediaConvert could not read the file; `plainMp4` says that the file's
 * boxes hold nothing private and start fast (`isPlain`); `maxDurationMs` is the event's limit.
 */
export function plan(probe: ProbeResult | undefined, options: { maxDurationMs: number; plainMp4: boolean }): Plan {
  const tracks = probe?.Container?.Tracks ?? [];
  const video = tracks.find(isPicture);
  if (!video?.VideoProperties) return { refused: tracks.length > 0 ? NoVideo() : Corrupt("video") };
  const stored = { width: video.VideoProperties.Width ?? 0, height: video.VideoProperties.Height ?? 0 };
  if (stored.width <= 0 || stored.height <= 0) return { refused: Corrupt("video") };
  if (!DECODED.has(video.Codec ?? "")) return { refused: UnsupportedCodec(video.Codec ?? "unknown") };
  if (Math.max(stored.width, stored.height) > SIDE_MAX)
    return { refused: TooManyPixels(stored.width, stored.height, Math.floor(SIDE_MAX ** 2 / 1e6)) };
  if (Math.min(stored.width, stored.height) < VIDEO_SIDE_MIN)
    return { refused: TooFewPixels(stored.width, stored.height, VIDEO_SIDE_MIN) };
  const seconds = duration(probe!, video);
  if (seconds === undefined) return { refused: Corrupt("video") };
  if (seconds * 1000 > options.maxDurationMs) return { refused: TooLong(seconds, options.maxDurationMs / 1000) };

  const rotation = rotationOf(video);
  const pixels = pixelAspect(video);
  const shown = { width: Math.round(stored.width * pixels), height: stored.height };
  const [width, height] = rotation % 180 === 0 ? [shown.width, shown.height] : [shown.height, shown.width];
  const metadata = video.VideoProperties.CodecMetadata;
  const transfer = video.VideoProperties.TransferCharacteristics ?? metadata?.TransferCharacteristics ?? "";
  const frameRate = rateFor(video.VideoProperties.FrameRate);
  const transcode: Transcode = {
    width,
    height,
    durationMs: Math.round(seconds * 1000),
    copy: options.plainMp4 && isFitForTheWeb(probe!, video, tracks, seconds),
    rotate: ROTATING.has(probe!.Container?.Format ?? ""),
    hdr: HDR_TRANSFERS.has(transfer),
    interlaced: /interlaced/i.test(metadata?.ScanType ?? ""),
    // Whatever the codec: Probe has no name for AMR, which old phones record and MediaConvert decodes.
    audio: tracks.some((track) => track.TrackType === "audio"),
    ...(frameRate ? { frameRate } : {}),
    rungs: rungsFor(width, height, pixels !== 1, fps(frameRate ?? rateOf(video.VideoProperties.FrameRate)) > 31),
    frameSeconds: Math.max(1, Math.ceil(seconds / FRAMES_MAX)),
  };
  return { transcode };
}

/** A track with moving pictures: not always the first. A cover picture in an audio file is one frame of Motion-JPEG or nothing Probe has a rate for. */
const isPicture = (track: Track) => track.TrackType === "video" && track.VideoProperties !== undefined;

const rotationOf = (video: Track) =>
  (((Math.round((video.VideoProperties?.Rotation ?? 0) / 90) * 90) % 360) + 360) % 360;

/** Width of a pixel over its height: camcorders and DVDs record pixels that are not square. */
function pixelAspect(video: Track): number {
  const properties = video.VideoProperties;
  const declared = rateOf(properties?.SampleAspectRatio ?? properties?.CodecMetadata?.SampleAspectRatio ?? undefined);
  return declared ? fps(declared) : 1;
}

/** Seconds; undefined when neither the container nor a track says. */
function duration(probe: ProbeResult, video: Track): number | undefined {
  const found = [probe.Container?.Duration, video.Duration].find((value) => value !== undefined && value > 0);
  return found;
}

/** The rungs below the source and one at its own size; the highest is the picture of `video.mp4` too. */
function rungsFor(width: number, height: number, reshaped: boolean, highRate: boolean): Rung[] {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  const lines = Math.min(short, 1080, Math.floor((1920 * short) / long));
  const below = LADDER.filter((step) => step.lines < lines * DISTINCT);
  const top = LADDER.findLast((step) => step.lines >= lines) ?? LADDER[0]!;
  return [{ ...top, lines }, ...below].map((step) => {
    const scale = step.lines / short;
    const maxBitrate = step.maxBitrate * (highRate ? HIGH_RATE_FACTOR : 1);
    const exact = reshaped || width % 2 === 1 || height % 2 === 1;
    const side = Math.max(VIDEO_SIDE_MIN, nearestEven(long * scale));
    const box = exact
      ? { width: evenBelow(width * scale), height: evenBelow(height * scale) }
      : { width: side, height: side };
    return { lines: step.lines, ...box, exact, quality: step.quality, maxBitrate };
  });
}

/** H.264 4:2:0 has no odd sides. A box may be a pixel larger than the picture, which is never scaled up; a picture may not. */
const nearestEven = (value: number) => Math.round(value / 2) * 2;
const evenBelow = (value: number) => Math.max(VIDEO_SIDE_MIN, Math.floor(Math.round(value * 1000) / 2000) * 2);

const rateOf = (rate: { Numerator: number; Denominator: number } | undefined): Rate | undefined =>
  rate && rate.Denominator > 0 && rate.Numerator > 0
    ? { numerator: rate.Numerator, denominator: rate.Denominator }
    : undefined;

const fps = (rate: Rate | undefined) => (rate ? rate.numerator / rate.denominator : 0);

/** The rate to encode at when the source's own cannot be kept: the standard one nearest to a variable rate, 60 at most. */
function rateFor(source: { Numerator: number; Denominator: number } | undefined): Rate | undefined {
  const rate = rateOf(source);
  if (!rate) return undefined;
  const value = fps(rate);
  if (value < RATE_KEPT_BELOW) return undefined;
  const nearest = STANDARD_RATES.reduce((best, next) =>
    Math.abs(fps(next) - value) < Math.abs(fps(best) - value) ? next : best,
  );
  if (Math.abs(fps(nearest) - value) / value <= RATE_TOLERANCE) return undefined;
  // 120 and 240 frames a second are slow motion at full speed: halved until players keep up.
  return value > RATE_MAX ? STANDARD_RATES.at(-1)! : nearest;
}

/** Whether every browser plays the source as it is. */
function isFitForTheWeb(probe: ProbeResult, video: Track, tracks: Track[], seconds: number): boolean {
  const properties = video.VideoProperties!;
  const metadata = properties.CodecMetadata;
  const width = properties.Width ?? 0;
  const height = properties.Height ?? 0;
  const bitRate = properties.BitRate ?? 0;
  const audio = tracks.filter((track) => track.TrackType === "audio");
  const transfer = properties.TransferCharacteristics ?? metadata?.TransferCharacteristics ?? "";
  return (
    probe.Container?.Format === "mp4" &&
    seconds > 0 &&
    tracks.length === 1 + audio.length &&
    audio.length <= 1 &&
    audio.every((track) => track.Codec === "AAC" && (track.AudioProperties?.Channels ?? 2) <= 2) &&
    video.Codec === "AVC" &&
    (properties.BitDepth ?? metadata?.BitDepth ?? 8) === 8 &&
    (metadata?.ChromaSubsampling ?? "420").replaceAll(":", "") === "420" &&
    COPY_PROFILE.test(metadata?.Profile ?? "") &&
    !/interlaced/i.test(metadata?.ScanType ?? "") &&
    rotationOf(video) === 0 &&
    pixelAspect(video) === 1 &&
    !HDR_TRANSFERS.has(transfer) &&
    Math.max(width, height) <= 1920 &&
    Math.min(width, height) <= 1080 &&
    width % 2 === 0 &&
    height % 2 === 0 &&
    fps(rateOf(properties.FrameRate)) <= RATE_MAX &&
    bitRate <= COPY_BITRATE_MAX
  );
}
