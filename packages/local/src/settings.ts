import type { Setting } from "@dropclip/synth/cloud";

/** What the stacks set of resources, as the calls that describe them ask for it. */
export class Settings {
  readonly #all: readonly Setting[];

  constructor(all: readonly Setting[] = []) {
    this.#all = all;
  }

  of(type: string): Setting[] {
    return this.#all.filter((one) => one.type === type);
  }

  /** The one of the type with that input, or undefined. */
  with(type: string, input: string, value: unknown): Setting | undefined {
    return this.of(type).find(({ inputs }) => inputs[input] === value);
  }

  byId(type: string, id: string): Setting | undefined {
    return this.of(type).find((one) => one.id === id);
  }
}
