import { Store } from "@dropclip/local/store";
import type { SimulatedClock } from "./clock.ts";

const HISTORY = "INSERT INTO states_events";
/** The row from which an execution would continue after a restart. */
const RESUMABLE = "INSERT OR REPLACE INTO states_threads";

/**
 * An in-memory store. It hands histories over instead of keeping them, and keeps nothing for a restart: there is none.
 */
export class HistoryStore extends Store {
  readonly #clock: SimulatedClock;
  readonly #onEvent: (event: string) => void;

  constructor(clock: SimulatedClock, onEvent: (event: string) => void) {
    super(":memory:");
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  override run(sql: string, ...values: Parameters<Store["run"]> extends [string, ...infer V] ? V : never) {
    this.#clock.noteWork();
    if (sql.startsWith(HISTORY)) this.#onEvent(values[2] as string);
    else if (!sql.startsWith(RESUMABLE)) return super.run(sql, ...values);
    return { changes: 1, lastInsertRowid: 0 };
  }
}
