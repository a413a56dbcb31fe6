import type { SimulatedClock } from "./clock.ts";
import { type Rate, TokenBucket } from "./quotas.ts";

/** Counts transitions, and lets them through in turn at the rate of the account's quota. */
export class Pace {
  transitions = 0;
  longestMs = 0;
  readonly #clock: SimulatedClock;
  readonly #bucket: TokenBucket;

  constructor(clock: SimulatedClock, quota: Rate) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(clock, quota);
  }

  next(): Promise<void> | undefined {
    this.transitions++;
    const waitMs = this.#bucket.reserve();
    this.longestMs = Math.max(this.longestMs, waitMs);
    return waitMs > 0 ? this.#clock.sleep(Math.ceil(waitMs)) : undefined;
  }
}
