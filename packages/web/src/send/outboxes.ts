import { signal } from "@preact/signals";
import type { Event } from "../api/types.ts";
import { watchLeaving } from "./leaving.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

const open = new Map<string, Promise<Outbox | "elsewhere">>();
/** Those that send; they go on while one looks at other pages. */
export const outboxes = signal<Outbox[]>([]);

/** The outbox of an event; "elsewhere" when another tab has it, for two would send the same files. */
export function outboxOf(event: Event): Promise<Outbox | "elsewhere"> {
  const known = open.get(event.eventId) ?? create(event);
  open.set(event.eventId, known);
  known.then(
    (found) => found === "elsewhere" && open.delete(event.eventId),
    () => open.delete(event.eventId),
  );
  return known;
}

async function create(event: Event) {
  const isOurs = await new Promise<boolean>((resolve, reject) => {
    navigator.locks
      .request(`outbox:${event.eventId}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        // Held until the tab is closed.
        return lock ? new Promise(() => {}) : undefined;
      })
      .catch(reject);
  });
  if (!isOurs) return "elsewhere";
  const { createSender } = await import("./uppy.ts");
  const outbox = createOutbox(event, createSender());
  await outbox.restored;
  outboxes.value = [...outboxes.value, outbox];
  watchLeaving(outboxes);
  return outbox;
}
