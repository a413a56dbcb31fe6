import { clean, durationText } from "@dropclip/cli";
import type { Result } from "./run-steps.ts";

const MARKS = { passed: "ok", failed: "FAIL", skipped: "skip" } as const;
const NAME_WIDTH = 66;

/** One line for a step; when it failed, the reason below it. */
export function resultText({ name, status, durationMs, message = "" }: Result): string {
  const line = (end: string) => `${MARKS[status].padEnd(4)} ${name.padEnd(NAME_WIDTH)} ${end}\n`;
  if (status === "skipped") return line(clean(message));
  const reasons = status === "failed" ? message.split("\n").map((text) => `       ${clean(text)}\n`) : [];
  return line(durationText(durationMs)) + reasons.join("");
}

export interface Summary {
  target: string;
  passed: number;
  failed: number;
  skipped: number;
  durationMs: number;
  steps: Result[];
}

export function summaryOf(target: string, steps: Result[], durationMs: number): Summary {
  const count = (status: Result["status"]) => steps.filter((step) => step.status === status).length;
  return { target, passed: count("passed"), failed: count("failed"), skipped: count("skipped"), durationMs, steps };
}

/** `29 passed, 0 failed, 1 skipped in 24 s` */
export function summaryText({ passed, failed, skipped, durationMs }: Summary): string {
  const left = skipped > 0 ? `, ${skipped} skipped` : "";
  return `${passed} passed, ${failed} failed${left} in ${durationText(durationMs)}\n`;
}
