import type { Context } from "../context.ts";
import { clean, durationText } from "../format.ts";
import type { Screen } from "../progress/screen.ts";
import type { Patience } from "./retry.ts";

/** A longer pause is explained to the user. */
const NOTICEABLE_MS = 2_000;

/** How a command waits and retries: it says on the screen what it waits for. */
export function patienceOf({ clock, random, signal }: Context, screen: Screen): Patience {
  const onRetry = (message: string, delayMs: number) => {
    if (delayMs >= NOTICEABLE_MS) screen.line(`${clean(message)}; trying again in ${durationText(delayMs)}`);
  };
  return { clock, random, signal, onRetry };
}
