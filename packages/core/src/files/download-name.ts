export * as DownloadName from "./download-name.ts";

import { shownName } from "./file-name.ts";

/** Bytes of the title in a name: file systems take 255 in all, and some of them count what they add. */
const TITLE_BYTES = 120;
/** What means something in a path or to a shell, on Windows above all, where it is refused. */
const RESERVED = /["*/:<>?\\|]/g;

/** What a downloaded file is named by. */
export interface Named {
  /** The event's title. */
  title: string;
  /** ISO 8601 UTC. */
  publishedAt: string;
  mediaId: string;
}

/**
 * `Rooftop show 2026-06-01 210433.mp4`, `Rooftop show 2026-06-01 210433-2.jpg`: the event's title, when it was
 * published and, of images, which one of its upload. Without anything that makes a path, and of a length every file
 * system takes.
 */
export function of({ title, publishedAt, mediaId }: Named): string {
  const [day, time = ""] = publishedAt.split("T");
  const number = mediaId.startsWith("image") ? `-${mediaId.slice("image".length)}` : "";
  return `${stem(title)} ${day} ${time.slice(0, 8).replaceAll(":", "")}${number}.${mediaId === "video" ? "mp4" : "jpg"}`;
}

/** Cut between whole characters as people see them. */
function stem(title: string): string {
  let cut = "";
  // What names begin with a dot are hidden, and Windows drops dots and spaces at the end.
  const plain = shownName(title)
    .replace(RESERVED, " ")
    .replace(/ +/g, " ")
    .replace(/^[. ]+/, "");
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(plain)) {
    if (Buffer.byteLength(cut + segment) > TITLE_BYTES) break;
    cut += segment;
  }
  return cut.replace(/[. ]+$/, "") || "dropclip";
}

/**
 * The header that has a browser keep an answer as a file of this name (RFC 6266): once in ASCII for old ones, which may
 * decode percent signs, and once whole (RFC 8187).
 */
export function disposition(name: string): string {
  const ascii = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^ -~]|["%\\]/gu, "_");
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded(name)}`;
}

/** RFC 8187 leaves fewer characters as they are than JavaScript does. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/['()*!]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
