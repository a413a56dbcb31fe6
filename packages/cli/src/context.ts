import type { Clock } from "@dropclip/local/clock";
import type { StartCloud } from "./start/cloud.ts";

export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
export type Input = NodeJS.ReadableStream & { isTTY?: boolean };

/** The world a command runs in, so that tests run it whole, in process, and without waiting. */
export interface Context {
  stdin: Input;
  stdout: Output;
  stderr: Output;
  env: Record<string, string | undefined>;
  clock: Clock;
  /** 0 up to 1, for jitter. */
  random: () => number;
  /** Aborted with an `Interrupted` by the first Ctrl-C. */
  signal: AbortSignal;
  startCloud: StartCloud;
  /** Shows the user a page. Where that cannot be done nothing happens: the address has been printed. */
  openBrowser: (url: string) => void;
  /** Where a sign-in in the browser may come back to, tried in turn. */
  callbackPorts: readonly number[];
}
