import { shorten, shortenStart } from "./format.ts";

export interface Column {
  title: string;
  /** May shrink, down to its title, when the table is wider than the terminal. */
  flexible?: boolean;
  /** Cuts at the beginning: keys of one event all begin alike. */
  keepEnd?: boolean;
  /** Aligned right, for numbers and durations. */
  right?: boolean;
  /** Colours the padded cell. */
  style?: (padded: string, cell: string) => string;
}

const GAP = "  ";
/** A flexible column narrower than this would show nothing useful. */
const NARROWEST = 8;

/** Rows of text aligned under their titles, at most `width` wide (undefined: no limit). */
export function table(columns: Column[], rows: string[][], width?: number): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => [...(row[index] ?? "")].length)),
  );
  if (width !== undefined) fit(columns, widths, width);
  const line = (cells: string[], styled: boolean) =>
    cells
      .map((cell, index) => {
        const { right, style, keepEnd } = columns[index]!;
        const text = keepEnd ? shortenStart(cell, widths[index]!) : shorten(cell, widths[index]!);
        const gap = " ".repeat(widths[index]! - [...text].length);
        const padded = right ? gap + text : text + gap;
        return styled && style ? style(padded, cell) : padded;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      false,
    ),
    ...rows.map((row) => line(row, true)),
  ].join("\n");
}

/** Shortens the widest flexible column, one character at a time. */
function fit(columns: Column[], widths: number[], width: number) {
  const total = () => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1));
  while (total() > width) {
    const candidates = widths.map((each, index) => (columns[index]!.flexible && each > NARROWEST ? each : 0));
    const widest = Math.max(...candidates);
    if (widest === 0) return;
    widths[candidates.indexOf(widest)]!--;
  }
}
