import type { Report } from "../api/schemas.ts";
import { clean, timeText } from "../format.ts";
import { refText } from "../input/ids.ts";
import { type Column, table } from "../table.ts";
import type { Page } from "./page.ts";

/** One line per report. */
export function reportTable(reports: Report[], { width }: Page): string {
  if (reports.length === 0) return "no reports";
  const columns: Column[] = [
    { title: "report" },
    { title: "media" },
    { title: "reason" },
    { title: "created" },
    { title: "text", flexible: true },
  ];
  const rows = reports.map((one) =>
    [one.reportId, refText(one), one.reason, timeText(one.createdAt), one.text ?? ""].map((cell) =>
      clean(cell.replaceAll("\n", " ")),
    ),
  );
  return table(columns, rows, width);
}
