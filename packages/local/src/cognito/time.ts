import type { World } from "../world.ts";

/** The time by the cloud's clock, in seconds since the epoch. */
export function seconds({ clock }: World): number {
  return Math.floor(clock.now() / 1000);
}
