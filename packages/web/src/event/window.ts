import type { Event } from "../api/types.ts";

/** Whether an event takes uploads at a moment, milliseconds since 1970. */
export function windowOf({ opensAt, closesAt }: Pick<Event, "opensAt" | "closesAt">, now: number) {
  if (now < Date.parse(opensAt)) return "soon";
  return now < Date.parse(closesAt) ? "open" : "closed";
}
