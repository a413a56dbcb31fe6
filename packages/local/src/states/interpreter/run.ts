import { HistoryLimitError } from "../errors.ts";
import { HISTORY_EVENTS } from "../limits.ts";
import { epochSeconds } from "../time.ts";
import type { Definition, Execution, Flow, HistoryEvent, Json, JsonObject, State, Thread } from "../types.ts";

/** Details of an event, in the API's wrapper: `{ taskStartedEventDetails: … }`. */
export type Details = { [name: `${string}EventDetails`]: JsonObject };

/** An execution in memory: its threads, and what changed since it was last saved. */
export class Run {
  readonly execution: Execution;
  readonly definition: Definition;
  readonly threads: Map<number, Thread>;
  /** Threads that have a step to take, in turn. */
  readonly ready: number[] = [];
  /** Not saved yet. */
  readonly events: HistoryEvent[] = [];
  readonly changed = new Set<number>();
  readonly removed = new Set<number>();
  /** Jobs to cancel once saved. */
  readonly cancellations: { resource: string; jobId: string }[] = [];
  /** The execution's input, parsed. */
  readonly input: Json;
  readonly #now: () => number;

  constructor(execution: Execution, definition: Definition, threads: Thread[], now: () => number) {
    this.execution = execution;
    this.definition = definition;
    this.threads = new Map(threads.map((thread) => [thread.id, thread]));
    this.input = JSON.parse(execution.input);
    this.#now = now;
  }

  get running(): boolean {
    return this.execution.status === "RUNNING";
  }

  now(): number {
    return this.#now();
  }

  /** Appends an event behind the thread's last one and makes it the last. */
  emit(thread: Thread, type: string, details: Details = {}, previous = thread.last): number {
    if (!thread.silent) thread.last = this.append(type, previous, details);
    this.changed.add(thread.id);
    return thread.last;
  }

  /** Appends an event that no thread's next one follows. */
  note(thread: Thread, type: string, details: Details = {}, previous = thread.last) {
    if (!thread.silent) this.append(type, previous, details);
  }

  append(type: string, previousEventId: number, details: Details): number {
    const ends = type.startsWith("Execution");
    if (this.execution.lastEventId >= HISTORY_EVENTS - 1 && !ends) throw new HistoryLimitError();
    const id = ++this.execution.lastEventId;
    this.events.push({ timestamp: epochSeconds(this.#now()), type, id, previousEventId, ...details });
    return id;
  }

  /** Begins a flow: the machine itself, a branch or an iteration. */
  spawn(parent: Thread | null, index: number, path: string[], input: Json): Thread {
    const last = parent?.last ?? 0;
    const thread: Thread = {
      id: ++this.execution.serial,
      parent: parent?.id ?? null,
      index,
      path,
      state: (at(this.definition, path) as Flow).StartAt,
      phase: "enter",
      input,
      variables: {},
      last,
      before: last,
      entered: 0,
      enteredAt: 0,
      retries: {},
      retryCount: 0,
      ...(parent?.silent && { silent: true }),
    };
    this.threads.set(thread.id, thread);
    this.wake(thread);
    return thread;
  }

  /** Gives the thread its turn. */
  wake(thread: Thread) {
    this.changed.add(thread.id);
    this.ready.push(thread.id);
  }

  /** Takes the thread and all below it out of the execution. */
  remove(thread: Thread) {
    for (const child of this.children(thread)) this.remove(child);
    this.threads.delete(thread.id);
    this.changed.delete(thread.id);
    this.removed.add(thread.id);
  }

  /** Everything up to here is in the store. */
  saved() {
    this.events.length = 0;
    this.changed.clear();
    this.removed.clear();
  }

  /** The job a thread waits for is to be cancelled. */
  cancelJob(thread: Thread) {
    const jobId = thread.task?.jobId;
    if (jobId !== undefined) this.cancellations.push({ resource: this.stateOf(thread).Resource, jobId });
  }

  children(thread: Thread): Thread[] {
    if (!thread.fork) return [];
    return [...this.threads.values()].filter(({ parent }) => parent === thread.id).sort((a, b) => a.index - b.index);
  }

  parent(thread: Thread): Thread | undefined {
    return thread.parent === null ? undefined : this.threads.get(thread.parent);
  }

  stateOf(thread: Thread): State {
    return (at(this.definition, thread.path) as Flow).States[thread.state]!;
  }

  /** Variables the thread sees: its own and those of the flows around it. */
  variables(thread: Thread): JsonObject {
    const parent = this.parent(thread);
    return parent ? { ...this.variables(parent), ...thread.variables } : thread.variables;
  }
}

function at(definition: Definition, path: string[]): unknown {
  let found: any = definition;
  for (const key of path) found = found[key];
  return found;
}
