export * as Clip from "./clip.ts";

import { PART_BYTES } from "../limits.ts";
import { Job } from "../video/job.ts";
import { Plan } from "../video/plan.ts";
import { type Amounts, Bill } from "./bill.ts";
import { ofJob } from "./outputs.ts";
import type { Machinery } from "./work.ts";
import { work } from "./work.ts";

/** What a record tells of one clip. */
export interface Facts {
  width: number;
  height: number;
  durationMs: number;
  /** Bytes of the fan's file. */
  bytes: number;
  fps?: number;
  hdr?: boolean;
  interlaced?: boolean;
  silent?: boolean;
}

const NOBODY = { eventId: "event", fanId: "fan", uploadId: "upload", mediaId: "video" };
/** Bits a second of the sound, and bytes of a frame for scrubbing. */
const SOUND_BITS = 128_000;
const FRAME_BYTES = 40_000;
/** Bytes a second at which *Publish* puts a film together, with its reads and writes. */
const FILM_BYTES_PER_SECOND = 40e6;

/** What one clip costs to take in, by the plan and the settings that the code makes; its months in S3 apart. */
export function amounts(facts: Facts, machinery: Machinery): Amounts {
  const { film, objects, segments } = filesOf(facts);
  const parts = Math.ceil(film / PART_BYTES);
  const seconds = { publish: 1 + filmSeconds(facts) };
  return Bill.add(converted(facts), work("video", machinery, seconds), {
    // A film of one part is one request; of more, one to begin and one to end.
    "S3, writes": objects + (parts > 1 ? parts + 2 : 1) + Math.max(1, Math.ceil(facts.bytes / PART_BYTES)),
    "S3, reads": 2 * segments + 4,
  });
}

/** The part of it that MediaConvert bills. */
export function converted(facts: Facts): Amounts {
  const { transcode, settings } = jobOf(facts);
  return ofJob(settings, transcode, facts.fps);
}

/** How long *Publish* puts `video.mp4` together. */
export const filmSeconds = (facts: Facts): number => filesOf(facts).film / FILM_BYTES_PER_SECOND;
/** Bytes of all that is kept of a clip: at most, since a picture at rest takes less than its rung may. */
export const bytesKept = (facts: Facts): number => filesOf(facts).bytes;
/** The same of `video.mp4` alone. */
export const filmBytes = (facts: Facts): number => filesOf(facts).film;
/** Segments of a rendition: so often a viewer of the stream asks. */
export const segmentsOf = (facts: Facts): number => filesOf(facts).segments;

function jobOf({ width, height, durationMs, fps, hdr, interlaced, silent }: Facts) {
  const transcode = Plan.again({
    ...{ width, height, durationMs, fps },
    ...{ hdr: hdr === true, interlaced: interlaced === true, silent: silent === true },
  });
  return {
    transcode,
    settings: Job.settings({ ref: NOBODY, transcode, source: "s3://uploads/clip", contentBucket: "content" }),
  };
}

function filesOf(facts: Facts) {
  const { transcode, settings } = jobOf(facts);
  const seconds = facts.durationMs / 1000;
  const [stream, frames] = settings.OutputGroups;
  const segments = Math.ceil(seconds / Job.SEGMENT_SECONDS);
  const renditions = stream!.Outputs.length;
  const captured = Math.floor(seconds / transcode.frameSeconds) + 1;
  const sound = (transcode.audio ? SOUND_BITS * seconds : 0) / 8;
  const ladder = transcode.rungs.reduce((sum, rung) => sum + (rung.maxBitrate * seconds) / 8, 0) + sound;
  const film = (transcode.rungs[0]!.maxBitrate * seconds) / 8 + sound;
  return {
    film,
    segments,
    // A header and a playlist for each rendition, the main playlist, the thumbnail.
    objects: renditions * (segments + 2) + 2 + (frames ? captured : 0),
    bytes: ladder + film + captured * FRAME_BYTES,
  };
}
