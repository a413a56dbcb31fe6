import type { Clock } from "@dropclip/local/clock";
import type { StartCloud } from "./start/cloud.ts";

export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** The world a command runs in, so that tests run it whole, in process, and without waiting. */
export interface Context {
  stdout: Output;
  stderr: Output;
  env: Record<string, string | undefined>;
  clock: Clock;
  /** 0 up to 1, for jitter. */
  random: () => number;
  /** Aborted with an `Interrupted` by the first Ctrl-C. */
  signal: AbortSignal;
  startCloud: StartCloud;
}
