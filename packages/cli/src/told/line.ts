import type { Color } from "../color.ts";
import { clean, timeText } from "../format.ts";
import type { Page } from "../show/page.ts";
import type { ToldEvent } from "./event.ts";

const COLORS: Record<string, Color> = {
  "Media Published": "green",
  "Media Rejected": "yellow",
  "Media Failed": "red",
};
const LONGEST_TYPE = "Upload Completed".length;

/** An event as one line: when, what, of which upload and media, and why or where. */
export function eventLine({ type, detail }: ToldEvent, { paint }: Pick<Page, "paint">): string {
  const { id, at, eventId, reason, error, urls, status } = detail;
  const padded = clean(type).padEnd(LONGEST_TYPE);
  const more = reason?.code ?? error ?? urls?.content ?? status ?? "";
  const color = COLORS[type];
  return [timeText(at), color ? paint(color, padded) : padded, clean(id), `event ${clean(eventId)}`, clean(more)]
    .join("  ")
    .trimEnd();
}
