import { type ReadonlySignal, signal } from "@preact/signals";
import type { Event } from "../api/types.ts";
import { watchLeaving } from "./leaving.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

/** "elsewhere" as long as another tab has it: two would send the same files. */
export type Held = ReadonlySignal<Outbox | "elsewhere">;

const open = new Map<string, Promise<Held>>();
/** Those that send; they go on while one looks at other pages. */
const outboxes = signal<Outbox[]>([]);

/** The outbox of an event; this tab's own as soon as no other tab has it. */
export function outboxOf(event: Event): Promise<Held> {
  const known = open.get(event.eventId) ?? create(event);
  open.set(event.eventId, known);
  // What it takes could not be loaded: asked again, it is tried again.
  known.catch(() => open.delete(event.eventId));
  return known;
}

async function create(event: Event): Promise<Held> {
  const { createSender } = await import("./engine.ts");
  const held = signal<Outbox | "elsewhere">("elsewhere");
  const take = async () => {
    const outbox = createOutbox(event, createSender());
    await outbox.restored;
    held.value = outbox;
    outboxes.value = [...outboxes.value, outbox];
    watchLeaving(outboxes);
  };
  await new Promise<void>((known) => hold(`outbox:${event.eventId}`, () => take().then(known), known));
  return held;
}

/** Takes a lock until the tab is closed, as soon as it is free; `waiting` is called when that is not now. */
async function hold(name: string, take: () => Promise<void>, waiting: () => void) {
  const forever = () => take().then(() => new Promise<never>(() => {}));
  try {
    await navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? forever() : undefined));
    waiting();
    await navigator.locks.request(name, forever);
  } catch {
    // A browser that keeps nothing has no locks, and shares nothing between its tabs.
    await take();
  }
}
