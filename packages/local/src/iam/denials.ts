/** Calls of one kind that were refused since the start. */
export interface Denial {
  /** ARN of the role; of other callers their own, or the service's name. */
  principal: string;
  action: string;
  resource: string;
  /** Reason of the last one: `because no identity-based policy allows the s3:GetObject action`. */
  reason: string;
  count: number;
}

/** Callers can invent any number of resources. */
const MOST_KINDS = 1000;

/** Counts what is refused, in memory; beyond a thousand kinds the oldest is forgotten. */
export class Denials {
  readonly #kinds = new Map<string, Denial>();

  count(denied: Omit<Denial, "count">) {
    const key = JSON.stringify([denied.principal, denied.action, denied.resource]);
    const before = this.#kinds.get(key);
    // Put at the end again, so that a frequent one is not forgotten.
    this.#kinds.delete(key);
    this.#kinds.set(key, { ...denied, count: (before?.count ?? 0) + 1 });
    if (this.#kinds.size <= MOST_KINDS) return;
    const [oldest] = this.#kinds.keys();
    this.#kinds.delete(oldest!);
  }

  report(): Denial[] {
    return [...this.#kinds.values()];
  }
}
