import { type Color, type Paint, paintFor } from "../color.ts";
import type { Context } from "../context.ts";

/** The output of a table: `width` is the terminal's; undefined for a pipe, which takes lines of any length. */
export interface Page {
  paint: Paint;
  width: number | undefined;
}

export function pageOf(context: Pick<Context, "stdout" | "env">): Page {
  const { stdout } = context;
  return { paint: paintFor(context, stdout), width: stdout.isTTY ? (stdout.columns ?? 80) : undefined };
}

/** Statuses of executions, their states, uploads and media. */
const COLORS: Record<string, Color> = {
  SUCCEEDED: "green",
  RUNNING: "cyan",
  FAILED: "red",
  TIMED_OUT: "red",
  ABORTED: "yellow",
  PENDING_REDRIVE: "yellow",
  succeeded: "green",
  running: "cyan",
  caught: "yellow",
  failed: "red",
  "timed out": "red",
  aborted: "yellow",
  complete: "green",
  processing: "cyan",
  partial: "yellow",
  rejected: "red",
  expired: "yellow",
};

/** Colours a padded cell by the status in it. */
export function statusStyle(paint: Paint): (padded: string, cell: string) => string {
  return (padded, cell) => (COLORS[cell] ? paint(COLORS[cell], padded) : padded);
}
