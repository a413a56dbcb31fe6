import type { Output } from "../context.ts";

/** An area at the bottom of the terminal; lines are printed above it. */
export interface Footer {
  log(text: string): void;
}

/** All terminal output goes through here: lines from the services never appear inside the progress bars. */
export class Screen {
  readonly output: Output;
  #footer: Footer | undefined;

  constructor(output: Output) {
    this.output = output;
  }

  line(text: string) {
    // Bars are longer than most lines: the rest of the old line is erased.
    if (this.#footer) this.#footer.log(`${text}\x1b[K\n`);
    else this.output.write(`${text}\n`);
  }

  /** From now on lines are printed above `footer`; undefined when it is gone. */
  attach(footer: Footer | undefined) {
    this.#footer = footer;
  }
}
