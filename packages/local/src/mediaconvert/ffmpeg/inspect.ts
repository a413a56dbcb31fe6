import { open } from "node:fs/promises";
import type { MediaConvertContext } from "../context.ts";
import { JobError } from "../errors.ts";
import { run } from "./child.ts";
import { known, MATRICES, PRIMARIES, TRANSFERS } from "./color-names.ts";
import { confinement } from "./confinement.ts";
import { measure, span } from "./measure.ts";
import { countedPace, type Pace, pace, parseRational, value } from "./rates.ts";
import { rotationOf } from "./rotation.ts";
import type { Source, Track, VideoTrack } from "./source.ts";

const STDOUT_CHARS = 4 * 1024 * 1024;

/** What is in the media file at `path`. Throws JobError 1010 when it is no media file this service reads. */
export async function inspect(
  context: MediaConvertContext,
  path: string,
  uri: string,
  signal?: AbortSignal,
): Promise<Source> {
  const { limits, world, ffprobe } = context;
  const args = ["-v", "error", "-hide_banner", ...confinement(limits.allocationBytes)];
  args.push("-probesize", "20000000", "-analyzeduration", "10000000");
  args.push("-of", "json", "-show_format", "-show_streams", "-i", `file:${path}`);
  let json = "";
  const onStdout = (text: string) => {
    if (json.length < STDOUT_CHARS) json += text;
  };
  const outcome = await context.probeSlot(() =>
    run(ffprobe, args, { clock: world.clock, limits, timeoutMs: limits.probeMs, signal, onStdout }),
  );
  const unopened = (why: string) =>
    new JobError(1010, `Unable to open input file [${uri}]: [Failed probe/open: [${why}]]`);
  if (outcome.timedOut) throw unopened("Probing took too long");
  if (outcome.code !== 0 || json.length >= STDOUT_CHARS) {
    world.log({
      service: "mediaconvert",
      level: "info",
      message: "ffprobe refused an input",
      uri,
      stderr: outcome.stderr,
    });
    throw unopened("No parser found for container");
  }
  const { format, streams = [] } = JSON.parse(json);
  const tracks: Track[] = streams.map((stream: any) => trackOf(stream, Number(format?.start_time) || 0));
  if (tracks.length === 0) throw unopened("No parser found for container");
  let durationSeconds = positive(format?.duration);
  const doubtful = tracks.filter(({ index, kind }) => kind === "video" && isDoubtful(streams[index]));
  if (durationSeconds === undefined || doubtful.length > 0) {
    const measured = await measure(context, path, signal);
    durationSeconds ??= span(measured);
    for (const track of doubtful)
      if (track.kind === "video")
        track.pace = countedPace(measured?.get(track.index)?.times ?? []) ?? assumed(track.pace);
  }
  return { format: await containerOf(format, path), durationSeconds, tracks };
}

/** Beyond this a rate that no index confirms is the clock of the timestamps rather than the pictures'. */
const RATE_DOUBTFUL = 120;

/** A single picture has no rate, and what ffprobe makes of one may be the clock's. */
const assumed = (stated: Pace): Pace => (value(stated.rate) > RATE_DOUBTFUL ? pace(undefined, undefined) : stated);

/**
 * Whether a video's rate is to be counted: browsers record WebM without stating one, and where times are rounded or
 * the rate varies ffprobe has only looked at the first seconds. An index (`nb_frames`) covers the whole file.
 */
function isDoubtful(stream: any): boolean {
  const average = parseRational(stream.avg_frame_rate);
  if (!average) return true;
  if (positive(stream.nb_frames) !== undefined || isInterlaced(stream)) return false;
  const base = parseRational(stream.r_frame_rate);
  return value(average) > RATE_DOUBTFUL || pace(base, average).variable;
}

/**
 * ffprobe's one name for MP4 and QuickTime, and for Matroska and WebM, told apart by what the files say of themselves.
 */
async function containerOf(format: any, path: string): Promise<Source["format"]> {
  const names: string = format?.format_name ?? "";
  if (names.includes("mp4")) return (format.tags?.major_brand ?? "qt").trim() === "qt" ? "quicktime" : "mp4";
  if (names.includes("matroska")) return (await head(path, 64)).includes("webm") ? "webm" : "matroska";
  const same = { avi: "avi", mpegts: "mpegts", mxf: "mxf", wav: "wave" } as const;
  return same[names as keyof typeof same];
}

async function head(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function trackOf(stream: any, fileStart: number): Track {
  const base = {
    index: stream.index as number,
    codec: (stream.codec_name ?? "unknown") as string,
    tag: (stream.codec_tag_string ?? "") as string,
    language: languageOf(stream.tags?.language),
    durationSeconds: positive(stream.duration),
    startSeconds: (Number(stream.start_time) || 0) - fileStart,
    bitRate: positive(stream.bit_rate),
  };
  // Cover art is a picture in the metadata, not a video.
  if (stream.codec_type === "video" && !stream.disposition?.attached_pic) return { ...base, ...videoOf(stream) };
  if (stream.codec_type === "audio") {
    const [channels, sampleRate] = [Number(stream.channels ?? 0), Number(stream.sample_rate ?? 0)];
    const bitDepth = Number(stream.bits_per_raw_sample ?? stream.bits_per_sample) || undefined;
    return { ...base, kind: "audio", channels, sampleRate, bitDepth, frameSamples: frameSamples(base.codec) };
  }
  return { ...base, kind: "data" };
}

const isInterlaced = (stream: any) => ["tt", "bb", "tb", "bt"].includes(stream.field_order);

function videoOf(stream: any): Omit<VideoTrack, "index" | "codec" | "tag" | "startSeconds"> {
  const pixelFormat: string = stream.pix_fmt ?? "";
  const depth = /p(9|10|12|14|16)(le|be)?$/.exec(pixelFormat)?.[1] ?? /^p0(10|12|16)/.exec(pixelFormat)?.[1];
  const interlaced = isInterlaced(stream);
  const matrix = stream.side_data_list?.find((data: any) => data.displaymatrix !== undefined)?.displaymatrix;
  return {
    kind: "video",
    profile: stream.profile,
    level: Number(stream.level) > 0 ? Number(stream.level) : undefined,
    width: Number(stream.width ?? 0),
    height: Number(stream.height ?? 0),
    // For interlaced video ffprobe counts the fields.
    pace: pace(interlaced ? undefined : parseRational(stream.r_frame_rate), parseRational(stream.avg_frame_rate)),
    rotation: rotationOf(matrix),
    pixelFormat,
    bitDepth: depth ? Number(depth) : 8,
    chroma: /420|nv12|nv21|p01[026]/.test(pixelFormat)
      ? "420"
      : (["422", "444"] as const).find((sampling) => pixelFormat.includes(sampling)),
    fullRange: stream.color_range === "pc" || pixelFormat.startsWith("yuvj"),
    primaries: known(PRIMARIES, stream.color_primaries),
    transfer: known(TRANSFERS, stream.color_transfer),
    matrix: known(MATRICES, stream.color_space),
    pixelAspect: parseRational(stream.sample_aspect_ratio, ":") ?? { numerator: 1, denominator: 1 },
    interlaced,
  };
}

const languageOf = (code: string | undefined) => (code && /^[A-Za-z]{3}$/.test(code) ? code.toLowerCase() : undefined);
const positive = (number: unknown) => (Number(number) > 0 ? Number(number) : undefined);
const frameSamples = (codec: string) => ({ aac: 1024, ac3: 1536, eac3: 1536, mp3: 1152, mp2: 1152 })[codec];
