interface Flight<T> {
  url: string;
  /** Place of its start among fetches and invalidations. */
  turn: number;
  landed: Promise<T | undefined>;
}

/**
 * Requests on their way to the origin, so that others for the same thing wait for their headers instead of asking too.
 */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** The result of a request under way for the key, whole or of the same range; undefined when there is none. */
  join(key: string, range: string | undefined): Promise<T | undefined> | undefined {
    return (this.#flights.get(idOf(key, range)) ?? this.#flights.get(idOf(key, undefined)))?.landed;
  }

  /** Announces a request. `current` turns false when an invalidation of its URL overtakes it. */
  start(key: string, range: string | undefined, url: string, turn: number) {
    const id = idOf(key, range);
    const { promise, resolve } = Promise.withResolvers<T | undefined>();
    const flight = { url, turn, landed: promise };
    const first = !this.#flights.has(id);
    if (first) this.#flights.set(id, flight);
    const flights = this.#flights;
    const flown = { overtaken: false };
    this.#overtakers.set(flight, () => {
      flown.overtaken = true;
    });
    return {
      get current() {
        return !flown.overtaken;
      },
      land: (result: T | undefined) => {
        if (flights.get(id) === flight) flights.delete(id);
        this.#overtakers.delete(flight);
        resolve(result);
      },
    };
  }

  /** Marks what is under way for matching URLs since before a turn as outdated; later requests do not wait for it. */
  overtake(matches: (url: string) => boolean, before: number) {
    const outdated = ({ url, turn }: Flight<T>) => turn < before && matches(url);
    for (const [flight, mark] of this.#overtakers) if (outdated(flight)) mark();
    for (const [id, flight] of this.#flights) if (outdated(flight)) this.#flights.delete(id);
  }

  readonly #overtakers = new Map<Flight<T>, () => void>();
}

function idOf(key: string, range: string | undefined) {
  return range === undefined ? key : `${key} ${range}`;
}
