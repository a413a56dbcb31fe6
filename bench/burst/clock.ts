import type { Clock } from "@dropclip/local/clock";

interface Sleeper {
  at: number;
  /** Breaks ties: of two that wake at the same moment, the one that slept first wakes first. */
  order: number;
  wake?: () => void;
}

/** After this many idle turns of the event loop, everything is assumed to wait for time. */
const QUIET_TURNS = 3;

/** A clock that jumps to the next sleeper as soon as nothing can happen unless time passes. */
export class SimulatedClock implements Clock {
  #now: number;
  #order = 0;
  #work = 0;
  /** A binary heap, earliest first. */
  readonly #heap: Sleeper[] = [];

  constructor(start = Date.parse("2026-06-13T20:00:00Z")) {
    this.#now = start;
  }

  now() {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.noteWork();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        sleeper.wake = undefined;
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const sleeper: Sleeper = { at: this.#now + Math.max(0, ms), order: this.#order++, wake };
      this.#push(sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Something happened: its consequences may need another turn of the event loop. */
  noteWork() {
    this.#work++;
  }

  /** Lets time pass until no sleeper is left. */
  async run() {
    for (;;) {
      await this.#settle();
      const next = this.#first();
      if (!next) return;
      this.#now = next.at;
      for (let due = this.#first(); due?.at === this.#now; due = this.#first()) {
        const { wake } = due;
        this.#pop();
        wake?.();
      }
    }
  }

  async #settle() {
    for (let quiet = 0, seen = this.#work; quiet < QUIET_TURNS; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (seen !== this.#work) quiet = -1;
      seen = this.#work;
    }
  }

  #push(sleeper: Sleeper) {
    const heap = this.#heap;
    let index = heap.push(sleeper) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(sleeper, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = sleeper;
  }

  /** The earliest sleeper that is still asleep; those before it were woken by their signals. */
  #first(): Sleeper | undefined {
    while (this.#heap[0] && !this.#heap[0].wake) this.#pop();
    return this.#heap[0];
  }

  #pop() {
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
  }

  #sink(sleeper: Sleeper) {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (child >= heap.length || !before(heap[child]!, sleeper)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = sleeper;
  }
}

function before(a: Sleeper, b: Sleeper): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
