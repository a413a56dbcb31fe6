import type { Collection, Published } from "../api/schemas.ts";
import { clean, timeText } from "../format.ts";
import { type Column, table } from "../table.ts";
import { facts } from "./facts.ts";
import { publishedTable } from "./media.ts";
import type { Page } from "./page.ts";

/** One line per collection. */
export function collectionTable(collections: Collection[], { width }: Page): string {
  if (collections.length === 0) return "no collections";
  const columns: Column[] = [
    { title: "collection" },
    { title: "title", flexible: true },
    { title: "media", right: true },
    { title: "changed" },
  ];
  const rows = collections.map(({ collectionId, title, size, updatedAt }) =>
    [collectionId, title, String(size), timeText(updatedAt)].map(clean),
  );
  return table(columns, rows, width);
}

export function collectionFacts({ collectionId, title, description, size, updatedAt }: Collection): string {
  return facts([
    ["collection", collectionId],
    ["title", title],
    ["description", description],
    ["media", size],
    ["changed", timeText(updatedAt)],
  ]);
}

/** One collection in full: its facts, and its media in order. */
export function collectionPage(collection: Collection, media: Published[], page: Page): string {
  return `${collectionFacts(collection)}\n\n${publishedTable(media, page)}`;
}
