/** A line of a function's log, as CloudWatch Logs has it. */
export interface LogEvent {
  /** Grows over all functions. */
  sequence: number;
  atMs: number;
  message: string;
}

/** Characters that are kept of each function's log. */
const KEPT = 512 * 1024;

/** What each function has logged last, since the cloud began. */
export class Recent {
  readonly #events = new Map<string, LogEvent[]>();
  readonly #sizes = new Map<string, number>();
  #sequence = 0;

  add(functionName: string, atMs: number, message: string) {
    const events = this.#events.get(functionName) ?? [];
    this.#events.set(functionName, events);
    events.push({ sequence: ++this.#sequence, atMs, message });
    let size = (this.#sizes.get(functionName) ?? 0) + message.length;
    while (size > KEPT && events.length > 1) size -= events.shift()!.message.length;
    this.#sizes.set(functionName, size);
  }

  of(functionName: string): readonly LogEvent[] {
    return this.#events.get(functionName) ?? [];
  }
}
