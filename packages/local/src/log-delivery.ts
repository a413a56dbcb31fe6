import type { World } from "./world.ts";

/** So many lines are delivered at once, whatever the time: they wait in memory. */
const MOST_LINES = 10_000;

export interface LogDeliveryOptions {
  world: World;
  /** Whose logs they are, in the cloud's own log. */
  service: string;
  /** From the first line on, how long it is waited for others. */
  delayMs: number;
  /** Writes the lines of one place, which become one object. */
  deliver(place: string, lines: string[]): Promise<void>;
}

/**
 * Lines on their way into logs, each with the place it goes to. As on AWS they arrive later, in no order, and without a
 * promise: a stop loses those that wait, and what the bucket's policy refuses is gone, which the cloud's log tells.
 */
export class LogDelivery {
  readonly #options: LogDeliveryOptions;
  readonly #stopped = new AbortController();
  #waiting = new Map<string, string[]>();
  #lines = 0;
  #asleep = false;

  constructor(options: LogDeliveryOptions) {
    this.#options = options;
  }

  add(place: string, line: string) {
    if (this.#stopped.signal.aborted) return;
    const lines = this.#waiting.get(place);
    if (lines) lines.push(line);
    else this.#waiting.set(place, [line]);
    if (++this.#lines >= MOST_LINES) return this.#flush();
    if (this.#asleep) return;
    this.#asleep = true;
    const { world, delayMs } = this.#options;
    world.clock.sleep(delayMs, this.#stopped.signal).then(
      () => {
        this.#asleep = false;
        this.#flush();
      },
      () => {
        // Stopped.
      },
    );
  }

  stop() {
    this.#stopped.abort();
    this.#waiting.clear();
  }

  #flush() {
    const { world, service, deliver } = this.#options;
    const ready = this.#waiting;
    this.#waiting = new Map();
    this.#lines = 0;
    for (const [place, lines] of ready)
      deliver(place, lines).catch((error: Error) => {
        if (this.#stopped.signal.aborted) return;
        const message = `an access log of ${lines.length} requests is lost: ${error.message}`;
        world.log({ service, level: "error", message, place });
      });
  }
}
