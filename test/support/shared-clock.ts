import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, TestClock } from "@dropclip/local/clock";
import type { Cloud } from "@dropclip/synth/cloud";

/** Functions see no step that is longer. */
const STEP_MS = 60_000;
/** Looks, and how often no function may be found at work: the next one of a chain begins a moment later. */
const LOOK_MS = 5;
const QUIET = 3;
/** `setTimeout` fires at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const PRELOADED = join(import.meta.dirname, "function-time.cjs");

/** Tells a cloud's functions, in their own processes, how far a clock is ahead of the machine's. */
class Told {
  readonly #folder = mkdtempSync(join(tmpdir(), "dropclip-clock-"));
  readonly #file = join(this.#folder, "ahead");

  tell(aheadMs: number) {
    writeFileSync(this.#file, String(aheadMs));
  }

  /** The functions, told of the clock. */
  share(facts: Cloud): Cloud {
    const told = { NODE_OPTIONS: `--require=${PRELOADED}`, DROPCLIP_TEST_AHEAD: this.#file };
    const functions = facts.functions.map((one) => ({ ...one, environment: { ...one.environment, ...told } }));
    return { ...facts, functions };
  }

  close() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A clock that a test moves, and that the cloud's functions go by too. */
export class SharedClock extends TestClock {
  readonly #told = new Told();
  /** Invocations of the cloud that are under way. */
  underWay = () => 0;

  constructor() {
    // SDK clients sign with the machine's time.
    super(Date.now());
    this.#tell();
  }

  share = (facts: Cloud) => this.#told.share(facts);

  /** Lets each step end what it has begun in functions: they take the machine's time, and would be late. */
  override async advance(ms: number) {
    for (let left = ms; left > 0; left -= STEP_MS) {
      await super.advance(Math.min(left, STEP_MS));
      this.#tell();
      await this.#rest();
    }
  }

  async #rest() {
    for (let quiet = 0; quiet < QUIET; quiet++) {
      if (this.underWay() > 0) quiet = 0;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  close() {
    this.#told.close();
  }

  #tell() {
    this.#told.tell(this.now() - Date.now());
  }
}

/** A clock that runs as the machine's does, and leaps ahead when a test says so; the cloud's functions go by it too. */
export class LeapingClock implements Clock {
  readonly #told = new Told();
  /** What those who sleep do when time has leapt: they look again how long it still is. */
  readonly #look = new Set<() => void>();
  #aheadMs = 0;

  constructor() {
    this.#told.tell(0);
  }

  share = (facts: Cloud) => this.#told.share(facts);
  now = () => Date.now() + this.#aheadMs;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      let timer: NodeJS.Timeout | undefined;
      const end = (act: () => void) => {
        clearTimeout(timer);
        this.#look.delete(look);
        signal?.removeEventListener("abort", abort);
        act();
      };
      const abort = () => end(() => reject(signal!.reason));
      const look = () => {
        clearTimeout(timer);
        const left = until - this.now();
        if (left <= 0) end(resolve);
        else timer = setTimeout(look, Math.min(left, LONGEST_TIMER_MS));
      };
      this.#look.add(look);
      signal?.addEventListener("abort", abort);
      look();
    });
  }

  leap(ms: number) {
    this.#aheadMs += ms;
    this.#told.tell(this.#aheadMs);
    for (const look of [...this.#look]) look();
  }

  close() {
    this.#told.close();
  }
}
