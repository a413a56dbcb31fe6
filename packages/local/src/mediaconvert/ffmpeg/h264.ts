import type { H264Settings } from "@aws-sdk/client-mediaconvert";
import { type Color, colorTags } from "./color.ts";
import { type Rational, value } from "./rates.ts";

/** One pass and quick enough for a laptop; MediaConvert's quality tuning levels all come out as this. */
const PRESET = "veryfast";

const PROFILES: Record<string, string> = { BASELINE: "baseline", MAIN: "main", HIGH: "high" };
/** Length of a GOP when MediaConvert is to choose. */
const AUTO_GOP_SECONDS = 2;

/**
 * QVBR's levels 1 (poor) to 10 (nearly lossless) as x264's constant rate factor, two steps apart: 7 is 23, x264's own
 * default and what MediaConvert's guide gives for computers and tablets.
 */
const rateFactor = (level: number) => (37 - 2 * level).toFixed(2);

/** Encoder options for one H.264 output. `segmentSeconds` forces a key frame at every segment's start. */
export function h264Options(settings: H264Settings, rate: Rational, color: Color, segmentSeconds?: number): string[] {
  // No captions and no messages of the source's encoder: x264 would copy them from the frames.
  const options = ["-c:v", "libx264", "-preset", PRESET, "-pix_fmt", "yuv420p", "-a53cc", "0", "-udu_sei", "0"];
  options.push("-profile:v", PROFILES[settings.CodecProfile ?? "MAIN"]!);
  if (settings.CodecLevel && settings.CodecLevel !== "AUTO")
    options.push("-level:v", settings.CodecLevel.replace("LEVEL_", "").replace("_", "."));
  options.push(...rateControl(settings), ...gop(settings, rate));
  if (segmentSeconds !== undefined) options.push("-force_key_frames", `expr:gte(t,n_forced*${segmentSeconds})`);
  if (settings.EntropyEncoding) options.push("-coder", settings.EntropyEncoding === "CAVLC" ? "vlc" : "ac");
  if (settings.Slices !== undefined) options.push("-slices", String(settings.Slices));
  return [...options, ...colorTags(color)];
}

function rateControl(settings: H264Settings): string[] {
  const { RateControlMode, Bitrate = 0, MaxBitrate, QvbrSettings = {} } = settings;
  const most = RateControlMode === "CBR" ? Bitrate : (MaxBitrate ?? 2 * Bitrate);
  const ceiling = ["-maxrate", String(most), "-bufsize", String(settings.HrdBufferSize || 2 * most)];
  if (RateControlMode === "QVBR") {
    const level = (QvbrSettings.QvbrQualityLevel ?? 7) + (QvbrSettings.QvbrQualityLevelFineTune ?? 0);
    return ["-crf", rateFactor(level), ...ceiling];
  }
  const target = ["-b:v", String(Bitrate), ...ceiling];
  return RateControlMode === "CBR" ? [...target, "-minrate", String(Bitrate), "-x264-params", "nal-hrd=cbr"] : target;
}

function gop(settings: H264Settings, rate: Rational): string[] {
  const { GopSizeUnits = "AUTO", GopSize = 0, SceneChangeDetect } = settings;
  const seconds = GopSizeUnits === "SECONDS" ? GopSize : AUTO_GOP_SECONDS;
  const frames = GopSizeUnits === "FRAMES" ? GopSize : seconds * value(rate);
  const options = ["-g", String(Math.max(1, Math.min(Math.round(frames), 100_000)))];
  if (SceneChangeDetect === "DISABLED") options.push("-sc_threshold", "0");
  if (settings.MinIInterval) options.push("-keyint_min", String(settings.MinIInterval));
  options.push(
    "-bf",
    String(settings.CodecProfile === "BASELINE" ? 0 : (settings.NumberBFramesBetweenReferenceFrames ?? 2)),
  );
  if (settings.GopBReference === "DISABLED") options.push("-b-pyramid", "none");
  if (settings.NumberReferenceFrames !== undefined) options.push("-refs", String(settings.NumberReferenceFrames));
  return options;
}
