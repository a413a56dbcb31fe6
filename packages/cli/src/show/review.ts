import type { Decided, Waiting } from "../api/schemas.ts";
import { clean, durationText, timeText } from "../format.ts";
import { refText } from "../input/ids.ts";
import { type Column, table } from "../table.ts";
import type { Page } from "./page.ts";

/** One line per media that waits, by the names that other commands take. */
export function waitingTable(media: Waiting[], { width }: Page): string {
  if (media.length === 0) return "nothing waits";
  const columns: Column[] = [
    { title: "media" },
    { title: "file", flexible: true },
    { title: "size", right: true },
    { title: "length", right: true },
    { title: "waits since" },
    { title: "fan" },
  ];
  const rows = media.map((one) => {
    const size = `${one.width}×${one.height}`;
    const length = one.durationMs ? durationText(one.durationMs) : "";
    return [refText(one), one.fileName, size, length, timeText(one.waitingSince), one.fanId].map(clean);
  });
  return table(columns, rows, width);
}

/** `published UPLOAD/video`, or why not. */
export function decidedLine({ uploadId, mediaId, outcome, error }: Decided): string {
  const name = mediaId ? refText({ uploadId, mediaId }) : uploadId;
  return clean(error ? `not decided ${name}: ${error.message} (${error.code})` : `${outcome} ${name}`);
}
