import type { Context } from "../context.ts";

/** The speed is an average over this time: long enough to be stable, short enough to be current. */
const WINDOW_MS = 5_000;
const SAMPLE_MS = 100;

/** Bytes per second over the last seconds. */
export class Meter {
  readonly #clock: Context["clock"];
  #samples: { at: number; bytes: number }[] = [];

  constructor(clock: Context["clock"]) {
    this.#clock = clock;
  }

  add(bytes: number) {
    const at = this.#clock.now();
    const last = this.#samples.at(-1);
    if (last && at - last.at < SAMPLE_MS) last.bytes += bytes;
    else this.#samples.push({ at, bytes });
    this.#samples = this.#samples.filter((sample) => at - sample.at <= WINDOW_MS);
  }

  /** 0 until there is enough data. */
  bytesPerSecond(): number {
    const now = this.#clock.now();
    const recent = this.#samples.filter(({ at }) => now - at <= WINDOW_MS);
    const since = recent[0]?.at;
    if (since === undefined || now - since < SAMPLE_MS) return 0;
    return Math.max(0, (recent.reduce((sum, { bytes }) => sum + bytes, 0) * 1000) / (now - since));
  }
}
