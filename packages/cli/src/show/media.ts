import type { Media, Published, Upload, Urls } from "../api/schemas.ts";
import { bytesText, clean, durationText, timeText } from "../format.ts";
import { refText } from "../input/ids.ts";
import { type Column, table } from "../table.ts";
import { facts } from "./facts.ts";
import { type Page, statusStyle } from "./page.ts";

const URL_NAMES = ["content", "stream", "thumbnail"] as const;

/** The URLs of the files, one per line. */
export function urlLines(urls: Urls | undefined): string[] {
  return URL_NAMES.flatMap((key) => (urls?.[key] ? [`  ${key.padEnd(9)}  ${clean(urls[key])}`] : []));
}

/** The result for a media: `complete`, `complete, hidden`, `rejected: why (code)`. */
export function outcomeOf({ status, hidden, waiting, reason }: Media): string {
  const why = reason ? `: ${reason.message} (${reason.code})` : "";
  if (waiting) return clean(`${status}, waiting for the performer`);
  return clean(hidden ? `${status}, hidden` : status + why);
}

const seenOf = ({ hidden, waiting }: Media) => (hidden ? " (hidden)" : waiting ? " (waiting)" : "");

/** One line per upload. */
export function uploadTable(uploads: Upload[], { paint, width }: Page): string {
  if (uploads.length === 0) return "no uploads";
  const columns: Column[] = [
    { title: "upload" },
    { title: "status", style: statusStyle(paint) },
    { title: "created" },
    { title: "files", flexible: true },
    { title: "event" },
  ];
  const rows = uploads.map(({ uploadId, status, createdAt, media, eventId }) => {
    const files = media.map((one) => (one.fileName ?? one.mediaId) + seenOf(one));
    return [uploadId, status, timeText(createdAt), files.join(", "), eventId].map(clean);
  });
  return table(columns, rows, width);
}

/** One upload in full: its facts, and for each media its name in other commands, its result and URLs. */
export function uploadFacts({ uploadId, eventId, fanId, status, createdAt, media }: Upload): string {
  const about = facts([
    ["upload", uploadId],
    ["event", eventId],
    ["fan", fanId],
    ["status", status],
    ["created", timeText(createdAt)],
  ]);
  const files = media.flatMap((one) => {
    const name = `${one.mediaId.padEnd(7)}  ${clean(one.fileName ?? "")}  ${bytesText(one.bytes)}`;
    return [`${name}  ${outcomeOf(one)}`, ...urlLines(one.urls)];
  });
  return [about, "", ...files].join("\n");
}

/** Published media, one per line, by the names that other commands take. */
export function publishedTable(media: Published[], { width }: Page): string {
  if (media.length === 0) return "no media";
  const columns: Column[] = [
    { title: "media" },
    { title: "kind" },
    { title: "size", right: true },
    { title: "length", right: true },
    { title: "published" },
    { title: "content", flexible: true, keepEnd: true },
  ];
  const rows = media.map((one) => {
    const size = one.width && one.height ? `${one.width}×${one.height}` : "";
    const length = one.durationMs ? durationText(one.durationMs) : "";
    return [refText(one), one.contentType, size, length, timeText(one.publishedAt), one.urls?.content ?? ""].map(clean);
  });
  return table(columns, rows, width);
}
