export * as Plan from "./plan.ts";

import { VIDEO_SIDE_MIN } from "../limits.ts";
import { Corrupt, NoVideo, type Reason, TooFewPixels, TooLong, TooManyPixels, UnsupportedCodec } from "../reasons.ts";
import { Codecs } from "./codecs.ts";
import type { Measured, MeasuredTrack } from "./measure.ts";
import type { Degrees } from "./mirror.ts";
import type { ProbeResult, Track } from "./probe.ts";
import { fps, type Rate, rateFor } from "./rates.ts";

/** What to make of a video, or why it is refused. */
export type Plan = { refused: Reason } | { transcode: Transcode };

export interface Transcode {
  /** Displayed size of the source, after rotation, pixels. */
  width: number;
  height: number;
  durationMs: number;
  /** Milliseconds that are converted at most; set if only the file's header tells its length. */
  untilMs?: number;
  /** Turn the picture by the source's own rotation. */
  rotate: boolean;
  /** Turn it so far clockwise: set where MediaConvert would not by itself. */
  turn?: Degrees;
  /** Turn it by this much instead, and mirror what was made left to right: MediaConvert cannot mirror. */
  mirrored?: Degrees;
  /** High dynamic range: tone-map to SDR. */
  hdr: boolean;
  interlaced: boolean;
  /** Which track is the film, where it is not the first with pictures; counts all tracks of the file from 1. */
  stream?: number;
  /** Missing: silent. `stream` counts all tracks of the file from 1; without it the first sound is meant. */
  audio?: { stream?: number };
  /** Set when the source's own frame rate cannot be kept, frames per second. */
  frameRate?: Rate;
  /** Frames a second of what is made; missing where nothing tells. */
  fps?: number;
  /** Highest first; never larger than the source. */
  rungs: Rung[];
  /** Seconds between two frames for scrubbing. */
  frameSeconds: number;
}

export interface Rung {
  /** Lines of the shorter side the rung is named for. */
  lines: number;
  /** The box the picture is shrunk into. Square, so that portrait, square and landscape come out without bars. */
  width: number;
  height: number;
  /**
   * The box has the picture's exact shape: a source with an odd side, or with pixels that are not square, is stretched
   * to it.
   */
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
/** Containers whose rotation MediaConvert reads by itself (user guide, automatic rotation). */
const ROTATING = new Set(["mp4", "quicktime", "three_gp", "three_g2"]);
const HDR_TRANSFERS = new Set(["ARIB_B67", "SMPTE_2084"]);
/** 8192 × 8192 is MediaConvert's largest picture (service model). */
const SIDE_MAX = 8192;
const LAST_FRAME_MS = 250;
/** Sides are rounded to whole, even pixels. */
const SHAPE_TOLERANCE = 0.1;
const AUTO_CHROMA = /^4:?2:?[02]$/;
/** So much beyond the limit is still converted, so that it shows in what was made, and is refused then. */
const BEYOND_MS = 2000;
/** Frames for scrubbing: one a second, fewer for long clips. */
const FRAMES_MAX = 120;

/**
 * Plans one source. `probe` is undefined when MediaConvert could not read the file; `measured` when we could not;
 * `maxDurationMs` is the event's limit.
 */
export function plan(
  probe: ProbeResult | undefined,
  { maxDurationMs, measured }: { maxDurationMs: number; measured?: Measured | undefined },
): Plan {
  const tracks = known(probe?.Container?.Tracks ?? [], measured);
  const video = film(tracks);
  if (!video?.VideoProperties) return { refused: tracks.length > 0 ? NoVideo() : Corrupt("video") };
  const properties = video.VideoProperties;
  const stored = { width: properties.Width ?? 0, height: properties.Height ?? 0 };
  if (stored.width <= 0 || stored.height <= 0) return { refused: Corrupt("video") };
  if (!Codecs.DECODED.has(video.Codec ?? ""))
    return { refused: UnsupportedCodec(Codecs.name(video.Codec, video.measured?.codec)) };
  if (Math.max(stored.width, stored.height) > SIDE_MAX)
    return { refused: TooManyPixels(stored.width, stored.height, Math.floor(SIDE_MAX ** 2 / 1e6)) };
  if (Math.min(stored.width, stored.height) < VIDEO_SIDE_MIN)
    return { refused: TooFewPixels(stored.width, stored.height, VIDEO_SIDE_MIN) };
  // What was measured is so, whatever the header says; else the longest that anything says.
  const stated = [probe?.Container?.Duration, ...tracks.map((track) => track.Duration)].filter(
    (one) => one !== undefined,
  );
  const isKnown = measured !== undefined && !measured.edited && !isAbsurd(measured);
  const seconds = isKnown ? measured.seconds : Math.max(measured?.seconds ?? 0, ...stated);
  if (seconds <= 0) return { refused: Corrupt("video") };
  const refused = tooLong(seconds * 1000, maxDurationMs);
  if (refused) return { refused };

  const pixels = pixelAspect(video);
  const shown = { width: Math.round(stored.width * pixels), height: stored.height };
  const mirrored = video.measured?.mirrored;
  const [width, height] =
    (mirrored ?? rotationOf(video)) % 180 === 0 ? [shown.width, shown.height] : [shown.height, shown.width];
  const metadata = properties.CodecMetadata;
  const transfer = properties.TransferCharacteristics ?? metadata?.TransferCharacteristics ?? "";
  const sourceRate = rateOf(properties.FrameRate);
  const frameRate = rateFor(sourceRate, video.measured?.cadence);
  const rate = frameRate ?? sourceRate;
  const audio = soundOf(tracks);
  const interlaced = /interlaced/i.test(metadata?.ScanType ?? "");
  const rotates = ROTATING.has(probe?.Container?.Format ?? "");
  // What AUTO passes over is told (user guide, automatic rotation).
  const told = rotates && (interlaced || !AUTO_CHROMA.test(metadata?.ChromaSubsampling ?? "420"));
  const transcode: Transcode = {
    width,
    height,
    durationMs: Math.round(seconds * 1000),
    ...(isKnown ? {} : { untilMs: maxDurationMs + BEYOND_MS }),
    rotate: rotates && !told,
    ...(told && rotationOf(video) !== 0 ? { turn: rotationOf(video) as Degrees } : {}),
    ...(mirrored === undefined ? {} : { mirrored }),
    hdr: HDR_TRANSFERS.has(transfer),
    interlaced,
    ...(audio ? { audio } : {}),
    ...(video !== pictures(tracks)[0] && video.Index !== undefined ? { stream: video.Index } : {}),
    ...(frameRate ? { frameRate } : {}),
    ...(rate ? { fps: fps(rate) } : {}),
    rungs: rungsFor(width, height, pixels !== 1, isFast(rate && fps(rate))),
    frameSeconds: spacing(seconds),
  };
  // Shrunk to what is published, or by the shape of its pixels.
  if (transcode.rungs[0]!.lines < VIDEO_SIDE_MIN) return { refused: TooFewPixels(width, height, VIDEO_SIDE_MIN) };
  return { transcode };
}

/** More frames a second than any camera records: such timestamps may be wrong. */
const FPS_MAX = 1000;
const isAbsurd = ({ tracks }: Measured) =>
  tracks.some(({ frames = 0, seconds }) => frames > 1 && frames > FPS_MAX * seconds);

/**
 * Why a clip is refused that lasts longer than its event takes; the last frame and the last of the sound may go beyond.
 */
export const tooLong = (durationMs: number, maxDurationMs: number): Reason | undefined =>
  durationMs > maxDurationMs + LAST_FRAME_MS ? TooLong(durationMs / 1000, maxDurationMs / 1000) : undefined;

/** A track as MediaConvert's Probe tells of it, and as it was measured. */
type Known = Track & { measured?: MeasuredTrack | undefined };

/** The two have no ids in common: the tracks of a kind are in the same order, where there are as many of them. */
function known(tracks: Track[], measured: Measured | undefined): Known[] {
  const rest = new Map(
    (["video", "audio"] as const).map((kind) => {
      const found = measured?.tracks.filter((track) => track.kind === kind) ?? [];
      return [kind as string, found.length === tracks.filter((track) => track.TrackType === kind).length ? found : []];
    }),
  );
  return tracks.map((track) => ({ ...track, measured: rest.get(track.TrackType ?? "")?.shift() }));
}

/** The track with moving pictures: not always the first, which may be a cover, a still of one frame. */
function film(tracks: Known[]): Known | undefined {
  const found = pictures(tracks);
  const moving = found.filter(({ measured }) => measured?.frames === undefined || measured.frames > 1);
  const decoded = moving.filter(({ Codec }) => Codecs.DECODED.has(Codec ?? ""));
  return decoded[0] ?? moving[0] ?? found[0];
}

const pictures = (tracks: Known[]) =>
  tracks.filter((track) => track.TrackType === "video" && track.VideoProperties !== undefined);

/** The first sound that can be read; named by its place in the file where it is not the first sound of all. */
function soundOf(tracks: Known[]): Transcode["audio"] {
  const sounds = tracks.filter((track) => track.TrackType === "audio");
  const readable = sounds.find((track) => Codecs.isHeard(track.Codec, track.measured?.codec));
  if (!readable) return undefined;
  return readable === sounds[0] || readable.Index === undefined ? {} : { stream: readable.Index };
}

const rotationOf = (video: Track) =>
  (((Math.round((video.VideoProperties?.Rotation ?? 0) / 90) * 90) % 360) + 360) % 360;

/** Width of a pixel over its height: camcorders and DVDs record pixels that are not square. */
function pixelAspect(video: Track): number {
  const properties = video.VideoProperties;
  const declared = rateOf(properties?.SampleAspectRatio ?? properties?.CodecMetadata?.SampleAspectRatio ?? undefined);
  return declared ? declared.numerator / declared.denominator : 1;
}

/** `video.mp4` as planned. Its size: the highest rung's, never above the source's. */
export function planned({ width, height, durationMs, mirrored, rungs, frameSeconds }: Transcode) {
  const top = rungs[0]!;
  const scale = Math.min(1, top.width / (top.exact ? width : Math.max(width, height)));
  return {
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    durationMs,
    mirrored: mirrored !== undefined,
    frameSeconds,
  };
}

/**
 * The plan that made a clip of these facts, as far as its outputs go: for what was made before, or will be, to be
 * counted.
 */
export function again(made: {
  width: number;
  height: number;
  durationMs: number;
  fps: number | undefined;
  hdr: boolean;
  interlaced: boolean;
  silent: boolean;
}): Transcode {
  const { silent, fps: rate, ...facts } = made;
  return {
    ...facts,
    rotate: false,
    ...(silent ? {} : { audio: {} }),
    rungs: rungsFor(made.width, made.height, false, isFast(rate)),
    frameSeconds: spacing(made.durationMs / 1000),
  };
}

/** What a row keeps of the plan, so that the conversion can be counted. */
export const conversion = ({ fps, hdr, interlaced, audio }: Transcode) => ({
  ...(fps ? { fps } : {}),
  ...(hdr ? { hdr } : {}),
  ...(interlaced ? { interlaced } : {}),
  ...(audio ? {} : { silent: true }),
});

/** Whether frames come so fast that they need more bits. */
const isFast = (rate: number | undefined) => rate !== undefined && rate > 31;
/** Seconds between two frames for scrubbing. */
const spacing = (seconds: number) => Math.max(1, Math.ceil(seconds / FRAMES_MAX));

/**
 * Whether what was made has the planned shape: of another track of the file it would have another. It may lie on its
 * side: Probe need not tell of a turn that MediaConvert follows.
 */
export const isOfShape = (planned: { width: number; height: number }, made: { width: number; height: number }) =>
  [made.width / made.height, made.height / made.width].some(
    (shape) => Math.abs(Math.log((shape * planned.height) / planned.width)) < SHAPE_TOLERANCE,
  );

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

/**
 * H.264 4:2:0 has no odd sides. A box may be a pixel larger than the picture, which is never scaled up; a picture may
 * not.
 */
const nearestEven = (value: number) => Math.round(value / 2) * 2;
const evenBelow = (value: number) => Math.max(VIDEO_SIDE_MIN, Math.floor(Math.round(value * 1000) / 2000) * 2);

const rateOf = (rate: { Numerator: number; Denominator: number } | undefined): Rate | undefined =>
  rate && rate.Denominator > 0 && rate.Numerator > 0
    ? { numerator: rate.Numerator, denominator: rate.Denominator }
    : undefined;
