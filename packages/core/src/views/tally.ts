/** How often a clip was started or a photo opened, and what the edge sent for it. */
export interface Count {
  plays: number;
  opens: number;
  bytes: number;
}

/** What is counted of one media on one day. */
export interface Counted extends Count {
  eventId: string;
  uploadId: string;
  mediaId: string;
  day: string;
  /** Bytes of what shows beside it in lists. */
  previewBytes: number;
}

/** Places of an order that does not change: what of an event belongs together stands together. */
export const placeOf = ({ eventId, uploadId, mediaId, day }: Counted) => `${eventId}/${uploadId}/${mediaId}/${day}`;

/**
 * Adds up what is counted, by media and day, in bounded memory: of the places behind `after` it keeps the first `most`
 * in their order. `more` says whether there were others, which another tally, after these, finds.
 */
export class Tally {
  readonly #after: string;
  readonly #most: number;
  #counted = new Map<string, Counted>();
  /** Nothing behind this place is kept any more. */
  #last: string | undefined;

  constructor(after: string, most: number) {
    this.#after = after;
    this.#most = most;
  }

  add(one: Counted) {
    const place = placeOf(one);
    if (place <= this.#after || (this.#last !== undefined && place > this.#last)) return;
    const known = this.#counted.get(place);
    if (!known) {
      this.#counted.set(place, { ...one });
      if (this.#counted.size >= 2 * this.#most) this.#cut();
      return;
    }
    for (const name of ["plays", "opens", "bytes", "previewBytes"] as const) known[name] += one[name];
  }

  /** In their order. */
  result(): { counted: Counted[]; more: boolean } {
    if (this.#counted.size > this.#most) this.#cut();
    return { counted: this.#sorted().map(([, one]) => one), more: this.#last !== undefined };
  }

  #sorted() {
    return [...this.#counted].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #cut() {
    const kept = this.#sorted().slice(0, this.#most);
    this.#counted = new Map(kept);
    this.#last = kept.at(-1)?.[0];
  }
}
