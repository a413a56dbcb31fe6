/** An invalidation on its way to the edge. */
interface Purge {
  /** What was asked of the origin before this turn is forgotten. */
  before: number;
  dueAtMs: number;
  matches: (url: string) => boolean;
}

/**
 * The invalidations that one distribution's edge has not carried out yet. AWS only promises that an object fetched
 * before an invalidation is not served after its completion. Until then it is still served, and objects fetched since
 * stay: a client that invalidates before the origin has changed keeps the old object.
 */
export class Purges {
  #pending: Purge[] = [];
  #turn = 0;

  /** The place of a fetch that starts now among fetches and invalidations. */
  turn() {
    return this.#turn++;
  }

  add(matches: (url: string) => boolean, dueAtMs: number) {
    this.#pending.push({ before: this.turn(), dueAtMs, matches });
  }

  /** Hands out those whose time has come, once. */
  due(nowMs: number): Purge[] {
    const due = this.#pending.filter(({ dueAtMs }) => dueAtMs <= nowMs);
    if (due.length > 0) this.#pending = this.#pending.filter(({ dueAtMs }) => dueAtMs > nowMs);
    return due;
  }
}
