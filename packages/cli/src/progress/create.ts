import type { Context } from "../context.ts";
import { Bars } from "./bars.ts";
import { Lines } from "./lines.ts";
import type { Progress } from "./progress.ts";
import type { Screen } from "./screen.ts";

/** Bars on a terminal, lines elsewhere. */
export function createProgress(screen: Screen, clock: Context["clock"]): Progress {
  return screen.output.isTTY ? new Bars(screen, clock) : new Lines(screen);
}
