import { clean, shorten } from "../format.ts";
import { refText } from "../input/ids.ts";
import type { Page } from "../show/page.ts";
import type { Failed } from "./failed.ts";
import type { Outcome } from "./redrive.ts";

/** One execution, and the result of its redrive. */
export type Tried = Omit<Failed, "obstacle" | "leftAlone"> & Outcome;

/** Which executions were chosen, and what was done. */
export interface Redriven {
  executions: Tried[];
  leftAlone: Omit<Failed, "obstacle">[];
}

/** One line for an execution: media, error, result. `all` are those whose lines are aligned with it. */
export function redrivenLine(one: Tried, all: Failed[], { paint, width }: Page): string {
  const wide = (text: (each: Failed) => string) => Math.max(...all.map((each) => clean(text(each)).length));
  const media = refText(one).padEnd(wide(refText));
  const error = clean(one.error).padEnd(wide(({ error }) => error));
  const line = `${media}  ${error}  ${clean(outcomeText(one))}`;
  const shown = width === undefined ? line : shorten(line, width);
  return one.outcome === "not_redriven" ? paint("red", shown) : shown;
}

function outcomeText(one: Outcome): string {
  if (one.outcome === "not_redriven") return `not redriven: ${one.reason}`;
  return one.outcome === "redriven" ? "redriven" : "is running already";
}

/** The last line: how many of how many, and why others were left out. */
export function summary({ executions, leftAlone }: Redriven): string {
  const counts = (["redriven", "running", "not_redriven"] as const)
    .map((outcome) => [executions.filter((each) => each.outcome === outcome).length, WORDS[outcome]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  const left = (["rejected", "deleted"] as const)
    .map((why) => [leftAlone.filter((each) => each.leftAlone === why).length, WORDS[why]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  const done = counts.length > 0 ? counts.join(", ") : "nothing failed that is to be redriven";
  return left.length > 0 ? `${done}; left alone: ${left.join(", ")}` : done;
}

const WORDS = {
  redriven: "redriven",
  running: "running already",
  not_redriven: "not redriven",
  rejected: "whose file was refused",
  deleted: "whose upload was deleted",
};
