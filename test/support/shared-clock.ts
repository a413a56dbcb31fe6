import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestClock } from "@dropclip/local/clock";
import type { Cloud } from "@dropclip/synth/cloud";

/** Functions see no step that is longer. */
const STEP_MS = 60_000;
/** Looks, and how often no function may be found at work: the next one of a chain begins a moment later. */
const LOOK_MS = 5;
const QUIET = 3;
const PRELOADED = join(import.meta.dirname, "function-time.cjs");

/** A clock that a test moves, and that the cloud's functions go by too, in their own processes. */
export class SharedClock extends TestClock {
  readonly #folder = mkdtempSync(join(tmpdir(), "dropclip-clock-"));
  /** Invocations of the cloud that are under way. */
  underWay = () => 0;
  readonly #file = join(this.#folder, "ahead");

  constructor() {
    // SDK clients sign with the machine's time.
    super(Date.now());
    this.#tell();
  }

  /** The functions, told of this clock. */
  share(facts: Cloud): Cloud {
    const told = { NODE_OPTIONS: `--require=${PRELOADED}`, DROPCLIP_TEST_AHEAD: this.#file };
    const functions = facts.functions.map((one) => ({ ...one, environment: { ...one.environment, ...told } }));
    return { ...facts, functions };
  }

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
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tell() {
    writeFileSync(this.#file, String(this.now() - Date.now()));
  }
}
