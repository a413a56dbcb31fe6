/**
 * The end of a cloud, in three steps. First nothing is recorded any more. Then, in the same turn of the event loop, all
 * that works is broken off: no part of it can see another one gone and call that a failure. What they stood on goes
 * last.
 */
export class Stopping {
  readonly #first: (() => void)[] = [];
  readonly #together: (() => unknown)[] = [];
  readonly #afterwards: (() => unknown)[] = [];
  #stopped: Promise<void> | undefined;

  /** `last` ends last of all. */
  constructor(last: () => unknown) {
    this.#afterwards.push(last);
  }

  get begun(): boolean {
    return this.#stopped !== undefined;
  }

  first(freeze: () => void) {
    this.#first.push(freeze);
  }

  /** `end` breaks its work off before it returns, and may take longer to be done with it. */
  together(end: () => unknown) {
    this.#together.push(end);
  }

  /** In reverse, one after the other. */
  afterwards(end: () => unknown) {
    this.#afterwards.push(end);
  }

  /** Resolves when all has ended, for every caller. Rejects with the first failure, after all the others have ended. */
  stop(): Promise<void> {
    if (!this.#stopped) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#stopped = promise;
      resolve(this.#end());
    }
    return this.#stopped;
  }

  async #end() {
    // Each runs at once up to where it waits, in this order.
    const ended = await Promise.allSettled(
      [...this.#first, ...this.#together].map(async (end): Promise<unknown> => end()),
    );
    for (const end of this.#afterwards.toReversed()) {
      const [one] = await Promise.allSettled([Promise.try(end)]);
      ended.push(one);
    }
    const failed = ended.find((one) => one.status === "rejected");
    if (failed) throw failed.reason;
  }
}
