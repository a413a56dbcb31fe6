import type { Event } from "../api/schemas.ts";
import { bytesText, clean, durationText, timeText } from "../format.ts";
import { type Column, table } from "../table.ts";
import { facts } from "./facts.ts";
import type { Page } from "./page.ts";

/** One line per event. */
export function eventTable(events: Event[], { width }: Page): string {
  if (events.length === 0) return "no events";
  const columns: Column[] = [
    { title: "event" },
    { title: "title", flexible: true },
    { title: "venue", flexible: true },
    { title: "starts" },
    { title: "takes uploads until" },
  ];
  const rows = events.map(({ eventId, title, venue, startsAt, closesAt }) =>
    [eventId, title, venue ?? "", timeText(startsAt), timeText(closesAt)].map(clean),
  );
  return table(columns, rows, width);
}

/** One event in full. */
export function eventFacts(event: Event): string {
  const { videoBytes, videoDurationMs, imageBytes } = event;
  const takes = event.contentTypes.map((type) =>
    type === "video"
      ? `videos up to ${bytesText(videoBytes)} and ${durationText(videoDurationMs)}`
      : `${type}s up to ${bytesText(imageBytes)}`,
  );
  return facts([
    ["event", event.eventId],
    ["title", event.title],
    ["venue", event.venue],
    ["starts", timeText(event.startsAt)],
    ["ends", timeText(event.endsAt)],
    ["uploads", `from ${timeText(event.opensAt)} until ${timeText(event.closesAt)}, ${event.uploadsPerFan} per fan`],
    ["takes", takes.join(", ")],
    ["review", event.review ? "before anything is published" : undefined],
    ["creative", event.creativeId],
    ["flyer", event.flyer?.url],
  ]);
}
