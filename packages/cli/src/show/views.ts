import type { MediaViews, Views } from "../api/schemas.ts";
import { bytesText, clean } from "../format.ts";
import { refText } from "../input/ids.ts";
import { type Column, table } from "../table.ts";
import { facts } from "./facts.ts";
import type { Page } from "./page.ts";

const COUNTS: Column[] = [
  { title: "plays", right: true },
  { title: "opens", right: true },
  { title: "sent", right: true },
];

const counts = ({ plays, opens, bytes }: { plays: number; opens: number; bytes: number }) => [
  String(plays),
  String(opens),
  bytesText(bytes),
];

/** All together, the days, and the media that were watched most, where they are asked for. */
export function viewsPage(views: Views, media: MediaViews[] | undefined, { width }: Page): string {
  const { from, to, days } = views;
  const [plays, opens, sent] = counts(views);
  const parts = [
    facts([
      ["days", clean(`${from} to ${to}`)],
      ["plays", plays],
      ["opens", opens],
      ["sent", sent],
    ]),
  ];
  if (days.length > 0)
    parts.push(
      table(
        [{ title: "day" }, ...COUNTS],
        days.map((one) => [clean(one.day), ...counts(one)]),
        width,
      ),
    );
  if (media && media.length > 0)
    parts.push(
      table(
        [{ title: "media" }, ...COUNTS],
        media.map((one) => [clean(refText(one)), ...counts(one)]),
        width,
      ),
    );
  return parts.join("\n\n");
}
