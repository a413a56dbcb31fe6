import type { Output } from "../context.ts";

/** Something drawn at the bottom of the terminal above which lines are to appear. */
export interface Footer {
  log(text: string): void;
}

/** The one way to the terminal: lines from the services never land inside the progress bars. */
export class Screen {
  readonly output: Output;
  #footer: Footer | undefined;

  constructor(output: Output) {
    this.output = output;
  }

  line(text: string) {
    // Bars are longer than most lines: what is left of them is erased.
    if (this.#footer) this.#footer.log(`${text}\x1b[K\n`);
    else this.output.write(`${text}\n`);
  }

  /** Lines go above `footer` from now on; undefined when it is gone. */
  attach(footer: Footer | undefined) {
    this.#footer = footer;
  }
}
