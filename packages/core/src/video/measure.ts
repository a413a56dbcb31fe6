export * as Measure from "./measure.ts";

import {
  CustomSource,
  EncodedPacketSink,
  Input,
  type InputTrack,
  Logging,
  LogLevel,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
} from "mediabunny";
import { type Degrees, Mirror } from "./mirror.ts";
import { type Cadence, cadence } from "./rates.ts";
import { advancing, inBlocks, type ReadRange, ReadTooMuch } from "./read-range.ts";
import { claims, guarded } from "./sample-tables.ts";

// Its messages about a file do not help operators, and a fan could fill the log with them.
Logging.level = LogLevel.Silent;

/** What is in a file by its own index or packets, whatever its header says. */
export interface Measured {
  /** Seconds from the first frame or sound that is shown to the last. */
  seconds: number;
  /** All tracks with pictures or sound, in the order of the file. */
  tracks: MeasuredTrack[];
  /** What is shown is put together of stretches of these, which may come again: it may last longer. */
  edited?: boolean;
}

export interface MeasuredTrack {
  kind: "video" | "audio";
  seconds: number;
  /** The container's name of the codec: `avc1`, `samr`, `A_OPUS`; missing where it has none. */
  codec?: string;
  /** Number of frames found in a video track, at most `FRAMES_COUNTED`. */
  frames?: number;
  cadence?: Cadence;
  /** Set for a mirrored video track: degrees it is turned before it is mirrored left to right. */
  mirrored?: Degrees;
}

/** The formats whose timestamps can be relied on: MPEG-TS counts fields and wraps around, AVI is not read. */
const FORMATS = [MP4, QTFF, MATROSKA, WEBM];
/** Files without an index are read whole: beyond this their header must do, bytes. */
const READ_BYTES = 192 * 1024 * 1024;
/** An hour at 60 frames a second; the rest of a longer clip is like it. */
const FRAMES_COUNTED = 216_000;

/**
 * Reads the index of an MP4, MOV or 3GP, or the packets of a WebM or Matroska file. Undefined for other containers, for
 * one that is too large to be read without an index, and for one that cannot be read: MediaConvert may make more of it.
 * What `read` throws is thrown.
 */
export async function measure(read: ReadRange, bytes: number): Promise<Measured | undefined> {
  const { tooMuch, edited } = await claims(read, bytes);
  if (tooMuch) return undefined;
  const blocks = advancing(guarded(inBlocks(read, bytes, READ_BYTES)));
  let failure: unknown;
  const source = new CustomSource({
    getSize: () => bytes,
    // It then asks for whatever it looks at: where it goes round in circles this can be told, and ended.
    maxCacheSize: 0,
    read: (start, end) =>
      blocks(start, end - start).catch((error) => {
        failure ??= error;
        throw error;
      }),
  });
  const input = new Input({ formats: FORMATS, source });
  try {
    const found: Placed[] = [];
    for (const track of await input.getTracks()) {
      const one = await measureTrack(track);
      if (one) found.push(one);
    }
    // One that begins late lasts no longer, but the film does.
    const begins = Math.min(...found.map((one) => one.begins));
    const seconds = Math.max(0, ...found.map((one) => one.ends - begins));
    const tracks = found.map(({ begins: _, ends: __, ...track }) => track);
    return seconds > 0 ? { seconds, tracks, ...(edited ? { edited } : {}) } : undefined;
  } catch (error) {
    if (failure !== undefined && !(failure instanceof ReadTooMuch)) throw failure;
    // Whatever else is said of bytes a fan sent: nothing is known then.
    if (error instanceof Error) return undefined;
    throw error;
  } finally {
    input.dispose();
  }
}

/** Seconds of the film at which a track begins and ends. */
type Placed = MeasuredTrack & { begins: number; ends: number };

async function measureTrack(track: InputTrack): Promise<Placed | undefined> {
  if (track.type !== "video" && track.type !== "audio") return undefined;
  const [ends, first] = [await track.computeDuration(), await track.getFirstTimestamp()];
  // What comes before zero is there to be decoded, not to be shown.
  const begins = Math.max(0, first);
  const seconds = Math.max(0, ends - begins);
  const { internalCodecId } = track;
  const codec = typeof internalCodecId === "string" ? { codec: internalCodecId } : {};
  if (track.type === "audio") return { kind: "audio", seconds, begins, ends, ...codec };
  const shownAt: number[] = [];
  for await (const { timestamp } of new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: true,
  })) {
    if (timestamp >= 0) shownAt.push(timestamp);
    if (shownAt.length === FRAMES_COUNTED) break;
  }
  const found = cadence(shownAt);
  // The last frame of the file need not be the last that is shown.
  const last = shownAt.reduce((most, time) => Math.max(most, time), ends);
  const mirrored = track.isVideoTrack() ? Mirror.turn(await track.getTransformationMatrix()) : undefined;
  return {
    kind: "video",
    seconds: Math.max(seconds, last - begins),
    begins,
    ends: last,
    ...codec,
    frames: shownAt.length,
    ...(found ? { cadence: found } : {}),
    ...(mirrored === undefined ? {} : { mirrored }),
  };
}
