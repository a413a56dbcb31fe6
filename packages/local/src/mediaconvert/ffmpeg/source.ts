import type { Pace, Rational } from "./rates.ts";

interface TrackBase {
  /** Position among all streams of the file, from zero. */
  index: number;
  /** ffmpeg's name of the codec: `h264`, `aac`. */
  codec: string;
  /** The container's own code for it: `avc1`. */
  tag: string;
  language?: string;
  durationSeconds?: number;
  /** When it begins, in seconds after the file's own beginning. */
  startSeconds: number;
  bitRate?: number;
}

export interface VideoTrack extends TrackBase {
  kind: "video";
  profile?: string;
  level?: number;
  /** As stored, before rotation. */
  width: number;
  height: number;
  pace: Pace;
  /**
   * Degrees clockwise a player turns the picture; only 90, 180 and 270 within one degree count, and no mirrored
   * picture.
   */
  rotation: 0 | 90 | 180 | 270;
  pixelFormat: string;
  bitDepth: number;
  chroma: "420" | "422" | "444" | undefined;
  fullRange: boolean;
  /** ffmpeg's names, undefined when the file does not say: `bt709`, `smpte2084`. */
  primaries?: string;
  transfer?: string;
  matrix?: string;
  pixelAspect: Rational;
  interlaced: boolean;
}

export interface AudioTrack extends TrackBase {
  kind: "audio";
  channels: number;
  sampleRate: number;
  bitDepth?: number;
  /** Samples in one frame of the codec, where it is known. */
  frameSamples?: number;
}

export interface DataTrack extends TrackBase {
  kind: "data";
}

export type Track = VideoTrack | AudioTrack | DataTrack;

/** What ffprobe found in an input file. */
export interface Source {
  /** One of MediaConvert's container names; undefined when it has none for it (MPEG-PS, FLV, Ogg …). */
  format?: "mp4" | "quicktime" | "matroska" | "webm" | "mxf" | "wave" | "avi" | "mpegts";
  durationSeconds?: number;
  tracks: Track[];
}

export const videoTracks = (source: Source) => source.tracks.filter((track) => track.kind === "video");
export const audioTracks = (source: Source) => source.tracks.filter((track) => track.kind === "audio");
