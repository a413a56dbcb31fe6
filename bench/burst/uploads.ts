import { jitter, type Random } from "./random.ts";

/** One file of the burst. */
export interface Upload {
  key: string;
  /** When S3 sends its event, in milliseconds after the burst began. */
  afterMs: number;
  /** Length of a clip; undefined for a photo. */
  clipSeconds?: number;
  bytes: number;
}

export interface BurstShape {
  uploads: number;
  /** The period in which they arrive, at random and evenly spread. */
  seconds: number;
  /** Share of clips, from 0 to 1; the others are photos. */
  clips: number;
}

const PHOTO_BYTES = 4_000_000;
/** As a phone records 1080p30: 17 Mb/s. */
const CLIP_BYTES_PER_SECOND = 2_125_000;
/** Fans film a song's refrain more often than the whole song. */
const CLIP_SECONDS = 45;

/** What the record of a clip of that length would tell. */
export const clipOf = (seconds: number) => ({
  ...{ width: 1920, height: 1080, fps: 30 },
  durationMs: Math.round(seconds * 1000),
  bytes: Math.round(seconds * CLIP_BYTES_PER_SECOND),
});

export function makeUploads({ uploads, seconds, clips }: BurstShape, random: Random): Upload[] {
  return Array.from({ length: uploads }, (_, index) => {
    const afterMs = Math.floor(random() * seconds * 1000);
    const clipSeconds = random() < clips ? jitter(CLIP_SECONDS, random) : undefined;
    const folder = `events/burst/uploads/fan${index}/upload${index}`;
    return clipSeconds === undefined
      ? { key: `${folder}/image1.jpg`, afterMs, bytes: PHOTO_BYTES }
      : { key: `${folder}/video1.mp4`, afterMs, clipSeconds, bytes: clipOf(clipSeconds).bytes };
  });
}
