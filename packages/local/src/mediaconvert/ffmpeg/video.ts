import type { H264Settings, VideoDescription, VideoSelector } from "@aws-sdk/client-mediaconvert";
import { JobError } from "../errors.ts";
import { type Clip, clipFilters } from "./clip.ts";
import { type Color, conversion, inputColor, outputColor, REC_709, scalerColors } from "./color.ts";
import { h264Options } from "./h264.ts";
import { followedRate, type Rational, value } from "./rates.ts";
import { type Fit, fit, fitFilters, type Size } from "./size.ts";
import type { Source, VideoTrack } from "./source.ts";

/** One picture stream of an output. */
export interface PlannedVideo {
  size: Size;
  frameRate: Rational;
  /** Filters in order; what outputs begin with in common is done once. */
  stages: string[];
  /** Encoder options. */
  options: string[];
  /** Where in `stages` an early scaling may go that saves the stages behind it work, and how large it may be. */
  early?: { at: number; size: Size };
}

const TRANSPOSE = { 0: [], 90: ["transpose=clock"], 180: ["hflip", "vflip"], 270: ["transpose=cclock"] } as const;
const DEGREES = { DEGREE_0: 0, DEGREES_90: 90, DEGREES_180: 180, DEGREES_270: 270 } as const;

/** The input as an output's video takes it. */
interface VideoInput {
  selector: VideoSelector | undefined;
  track: VideoTrack;
  source: Source;
  clip: Clip;
  segmentSeconds: number | undefined;
}

/** Filters and encoder options for one video or frame capture output of this input. */
export function planVideo(description: VideoDescription, input: VideoInput): PlannedVideo {
  const { selector, track, source, clip, segmentSeconds } = input;
  const h264 = description.CodecSettings!.H264Settings ?? {};
  const capture =
    description.CodecSettings!.Codec === "FRAME_CAPTURE"
      ? (description.CodecSettings!.FrameCaptureSettings ?? {})
      : undefined;
  const rotation = rotationFor(selector, track, source);
  const shape = fit(pixels(track, rotation, h264), description);
  const from = inputColor(track, selector);
  const corrector = description.VideoPreprocessors?.ColorCorrector;
  const color = outputColor(from, corrector);
  const converted = conversion(from, color, corrector);
  const rate = capture ? followedRate(track.pace) : outputRate(h264, track);
  const before = [
    ...clipFilters(clip),
    ...deinterlace(description, track),
    ...(capture ? [captureFilter(capture)] : [`fps=${ratio(rate)}:start_time=0`, ...bound(clip)]),
  ];
  // Nothing that travels with a frame goes into an output: rotation and HDR values would be wrong by now, captions,
  // timecodes and the camera's own messages are the source's private matter.
  const upright = [...before, ...TRANSPOSE[rotation], "sidedata=mode=delete"];
  // JPEG files are always full-range Rec. 601 (JFIF).
  const target: Color = capture ? { ...color, matrix: "smpte170m", fullRange: true } : color;
  const scaler = scalerColors(converted.length > 0 ? REC_709 : from, target);
  const finish = [
    ...fitFilters(shape, scaler),
    capture ? "format=yuvj420p" : "format=yuv420p",
    `setsar=${aspect(track, rotation, h264)}`,
  ];
  return {
    size: shape.final,
    frameRate: rate,
    stages: [...upright, ...converted, ...finish],
    options: capture ? jpegOptions(capture) : h264Options(h264, rate, color, segmentSeconds),
    early: converted.length > 0 ? { at: upright.length, size: capture ? shape.scaled : largest(shape) } : undefined,
  };
}

const largest = ({ scaled }: Fit) => scaled;

/**
 * Tone mapping costs time by the pixel: it is done once, at the size of the largest output, before the pictures are
 * scaled to each output's own. Captures are few and go their own way.
 */
export function preScale(videos: PlannedVideo[], track: VideoTrack) {
  const moving = videos.filter((video) => video.early && !video.options.includes("mjpeg"));
  const common = moving
    .map((video) => video.early!.size)
    .toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
  for (const video of videos) {
    if (!video.early) continue;
    const { at, size } = video.early;
    const wanted = moving.includes(video) ? common! : size;
    const upright = Math.max(track.width, track.height);
    // zscale takes no odd sizes, so the scaling stays even where it enlarges nothing.
    const most = Math.max(wanted.width, wanted.height) > upright ? evenSize(track, wanted) : wanted;
    video.stages.splice(at, 0, `scale=${most.width}:${most.height}:flags=bicubic`);
  }
}

const evenSize = (track: VideoTrack, wanted: Size): Size => {
  const factor = Math.max(track.width, track.height) / Math.max(wanted.width, wanted.height);
  return {
    width: 2 * Math.max(1, Math.floor((wanted.width * factor) / 2)),
    height: 2 * Math.max(1, Math.floor((wanted.height * factor) / 2)),
  };
};

function rotationFor(selector: VideoSelector | undefined, track: VideoTrack, source: Source): VideoTrack["rotation"] {
  const rotate = selector?.Rotate ?? "DEGREE_0";
  if (rotate !== "AUTO") return DEGREES[rotate];
  // Only progressive 4:2:0 and 4:2:2 video in .mov and .mp4 is turned (user guide, auto-rotate requirements).
  const turned =
    (source.format === "mp4" || source.format === "quicktime") &&
    !track.interlaced &&
    (track.chroma === "420" || track.chroma === "422");
  return turned ? track.rotation : 0;
}

/** The picture's size after rotation, its width in output pixels when the output's pixel aspect ratio differs. */
function pixels(track: VideoTrack, rotation: number, h264: H264Settings): Size {
  let width = track.width;
  let height = track.height;
  if (h264.ParControl === "SPECIFIED")
    width *= value(track.pixelAspect) / (h264.ParNumerator! / h264.ParDenominator!) ** (rotation % 180 ? -1 : 1);
  if (rotation % 180) [width, height] = [height, width];
  return { width, height };
}

function aspect(track: VideoTrack, rotation: number, h264: H264Settings): string {
  if (h264.ParControl === "SPECIFIED") return `${h264.ParNumerator}/${h264.ParDenominator}`;
  const { numerator, denominator } = track.pixelAspect;
  return rotation % 180 ? `${denominator}/${numerator}` : `${numerator}/${denominator}`;
}

function outputRate(h264: H264Settings, track: VideoTrack): Rational {
  if (h264.FramerateControl !== "SPECIFIED") return followedRate(track.pace);
  const rate = { numerator: h264.FramerateNumerator!, denominator: h264.FramerateDenominator! };
  if (value(rate) > 120 || value(rate) < 0.01) throw new JobError(1040, `Invalid frame rate [${ratio(rate)}]`);
  return rate;
}

/** A picture stands until the next one comes: where that is years away, the clip's end still ends it. */
const bound = ({ start = 0, end }: Clip) => (end === undefined ? [] : [`trim=end=${(end - start).toFixed(6)}`]);

const ratio = ({ numerator, denominator }: Rational) => `${numerator}/${denominator}`;

/**
 * Output is progressive "regardless of the scan type of your input" (SDK documentation of H264Settings.InterlaceMode).
 */
function deinterlace(description: VideoDescription, track: VideoTrack): string[] {
  const deinterlacer = description.VideoPreprocessors?.Deinterlacer;
  if (!deinterlacer && !track.interlaced) return [];
  return [`bwdif=mode=send_frame:deint=${deinterlacer?.Control === "FORCE_ALL_FRAMES" ? "all" : "interlaced"}`];
}

/** The first frame, then one in each interval of Denominator/Numerator seconds. */
function captureFilter(capture: {
  FramerateNumerator?: number;
  FramerateDenominator?: number;
  MaxCaptures?: number;
}): string {
  const rate = `${capture.FramerateNumerator}/${capture.FramerateDenominator}`;
  // A frame a hair early by rounding still belongs to the interval it opens.
  const interval = (time: string) => `floor((${time}-start_t)*${rate}+0.0001)`;
  const first = "isnan(prev_selected_t)";
  const limit = capture.MaxCaptures === undefined ? "" : `*lt(selected_n,${capture.MaxCaptures})`;
  return `select='(${first}+gt(${interval("t")},${interval("prev_selected_t")}))${limit}'`;
}

/** `Quality` 1 to 100 as ffmpeg's quantiser 31 to 2: 80 is 5, the usual good JPEG. */
function jpegOptions(capture: { Quality?: number }): string[] {
  const quantiser = Math.min(31, Math.max(2, Math.round((100 - (capture.Quality ?? 80)) / 4)));
  return ["-c:v", "mjpeg", "-q:v", String(quantiser), "-huffman", "optimal"];
}
