import type { Context } from "../context.ts";
import { Bars } from "./bars.ts";
import { Lines } from "./lines.ts";
import type { Screen } from "./screen.ts";

/** How far one file is, from being sent to being published. */
export interface FileProgress {
  /** Sending begins with so many bytes there already. */
  resume(bytes: number): void;
  /** More bytes went out; fewer, when a request failed and they have to go again. */
  add(bytes: number): void;
  sent(): void;
  /** 0 to 100; undefined while the pipeline has not said. */
  processing(percent: number | undefined): void;
  /** The media's last status. */
  ended(status: string): void;
}

export interface Progress {
  file(name: string, bytes: number): FileProgress;
  stop(): void;
}

/** Bars on a terminal, lines anywhere else. */
export function createProgress(screen: Screen, clock: Context["clock"]): Progress {
  return screen.output.isTTY ? new Bars(screen, clock) : new Lines(screen);
}
