import { availableParallelism, totalmem } from "node:os";

const MB = 1024 * 1024;

/** Bounds on what one input file may cost: it comes from a stranger. */
export interface Limits {
  /** Jobs transcoding at once. */
  jobs: number;
  /** ffprobe runs at once. */
  probes: number;
  /** Wall time a probe may take. */
  probeMs: number;
  /** Wall time a job may take: this much, and this much for each second of input. */
  jobBaseMs: number;
  jobMsPerSecond: number;
  /** Address space of one ffmpeg process (where the system has `prlimit`). */
  memoryBytes: number;
  /** The largest single allocation ffmpeg may make. */
  allocationBytes: number;
  /** All output files of one job together. */
  outputBytes: number;
  /** Width or height beyond which an input is refused, and the frame rate beyond which it is. */
  maxDimension: number;
  maxFrameRate: number;
}

export const defaultLimits = (): Limits => ({
  // x264 spreads one encode over about four cores; more jobs at once than that only makes each of them slower.
  jobs: Math.ceil(availableParallelism() / 4),
  probes: Math.max(2, availableParallelism()),
  probeMs: 60_000,
  jobBaseMs: 5 * 60_000,
  jobMsPerSecond: 60_000,
  memoryBytes: Math.max(4096 * MB, Math.min(8192 * MB, totalmem())),
  allocationBytes: 512 * MB,
  outputBytes: 20 * 1024 * MB,
  maxDimension: 8192,
  maxFrameRate: 240,
});
