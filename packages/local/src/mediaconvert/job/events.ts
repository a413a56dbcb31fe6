import type { MediaConvertContext } from "../context.ts";
import { value } from "../ffmpeg/rates.ts";
import { audioTracks, type Source, type VideoTrack, videoTracks } from "../ffmpeg/source.ts";
import { s3Uri } from "../names.ts";
import type { Finished } from "./collect.ts";
import type { Job } from "./jobs.ts";
import type { Phases } from "./phases.ts";

/** Publishes "MediaConvert Job State Change" in AWS's shape; `status` is the event's, not always the job's. */
export function publish(context: MediaConvertContext, job: Job, status: string, detail: Record<string, unknown> = {}) {
  const { world, bus } = context;
  bus.publish({
    source: "aws.mediaconvert",
    detailType: "MediaConvert Job State Change",
    resources: [job.Arn],
    detail: {
      timestamp: world.clock.now(),
      accountId: world.account,
      queue: job.Queue,
      jobId: job.Id,
      status,
      userMetadata: job.UserMetadata ?? {},
      ...detail,
    },
  });
}

/** Detail of STATUS_UPDATE. `jobPercentComplete` is missing while the input's length is unknown. */
export function statusUpdate(phases: Phases, retryCount: number) {
  return {
    framesDecoded: phases.frames,
    jobProgress: {
      phaseProgress: phases.progress(),
      jobPercentComplete: phases.percent,
      currentPhase: phases.current,
      retryCount,
    },
  };
}

/** Detail of COMPLETE. Frame captures name only their last file, CMAF groups only their playlists. */
export function completion({ groups }: Finished) {
  return {
    outputGroupDetails: groups.map(({ type, outputs, playlists }) => ({
      outputDetails: outputs.map(({ durationMs, size, paths }) => ({
        ...(paths.length > 0 ? { outputFilePaths: paths.map(s3Uri) } : {}),
        durationInMs: durationMs,
        ...(size ? { videoDetails: { widthInPx: size.width, heightInPx: size.height } } : {}),
      })),
      ...(playlists.length > 0 ? { playlistFilePaths: playlists.map(s3Uri) } : {}),
      type,
    })),
    paddingInserted: 0,
  };
}

/** Detail of INPUT_INFORMATION for the job's one input; streams are numbered from one, as AWS's example has them. */
export function inputInformation(source: Source, uri: string) {
  const audio = audioTracks(source).map((track) => ({
    channels: track.channels,
    codec: AUDIO_CODECS[track.codec] ?? track.codec.toUpperCase(),
    language: (track.language ?? "und").toUpperCase(),
    sampleRate: track.sampleRate,
    streamId: track.index + 1,
  }));
  return { inputDetails: [{ id: 1, uri, audio, video: videoTracks(source).map(videoInformation) }] };
}

function videoInformation(track: VideoTrack) {
  const aspect = track.pixelAspect;
  return {
    bitDepth: track.bitDepth,
    codec: VIDEO_CODECS[track.codec] ?? track.codec.toUpperCase(),
    colorFormat: track.chroma ? `YUV_${track.chroma}` : "UNKNOWN",
    fourCC: track.tag,
    frameRate: Number(value(track.pace.rate).toFixed(3)),
    height: track.height,
    interlaceMode: track.interlaced ? "INTERLACED" : "PROGRESSIVE",
    sar: `${aspect.numerator}:${aspect.denominator}`,
    standard: "UNSPECIFIED",
    streamId: track.index + 1,
    width: track.width,
  };
}

/** The names MediaConvert uses in its events, which are not those of Probe. */
const VIDEO_CODECS: Record<string, string> = { h264: "H_264", hevc: "H_265", mpeg2video: "MPEG2", mpeg4: "MPEG4" };
const AUDIO_CODECS: Record<string, string> = { aac: "AAC", ac3: "AC3", eac3: "EAC3", mp3: "MP3", opus: "OPUS" };
