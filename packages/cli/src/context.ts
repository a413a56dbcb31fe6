import type { Clock } from "@dropclip/local/clock";
import type { StartCloud } from "./start/started.ts";

export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
export type Input = NodeJS.ReadableStream & { isTTY?: boolean };

/**
 * What a command reads and writes. Tests replace it, so that they run whole commands in one process, without waiting.
 */
export interface Context {
  stdin: Input;
  stdout: Output;
  stderr: Output;
  env: Record<string, string | undefined>;
  clock: Clock;
  /** Returns a number from 0 up to 1, for jitter. */
  random: () => number;
  /** Aborted with an `Interrupted` at the first Ctrl-C. */
  signal: AbortSignal;
  startCloud: StartCloud;
  /** Opens a page for the user. Where that is not possible it does nothing: the address has been printed. */
  openBrowser: (url: string) => void;
  /** Ports for the return from a sign-in in the browser, tried in turn. */
  callbackPorts: readonly number[];
}
