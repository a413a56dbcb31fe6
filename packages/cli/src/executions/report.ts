import type { DescribeExecutionCommandOutput, HistoryEvent } from "@aws-sdk/client-sfn";
import { clean, durationText, timeText } from "../format.ts";
import { type Page, statusStyle } from "../show/page.ts";
import { type Column, table } from "../table.ts";
import { detailsOf, visitsOf } from "./visits.ts";

/** An execution in the list. */
export interface Listed {
  name: string;
  executionArn: string;
  status: string;
  startDate?: Date | undefined;
  stopDate?: Date | undefined;
  /** Key of the uploaded object that it was started for. */
  key?: string | undefined;
}

/** The key of the object in an EventBridge "Object Created" event; undefined for any other input. */
export function keyOf(input: string | undefined): string | undefined {
  try {
    const key = JSON.parse(input ?? "")?.detail?.object?.key;
    return typeof key === "string" ? key : undefined;
  } catch {
    // An execution started by hand may have any text as its input.
    return undefined;
  }
}

/** One line per execution. `now` ends the duration of running ones. */
export function listTable(executions: Listed[], now: number, { paint, width }: Page): string {
  if (executions.length === 0) return "no executions";
  const columns: Column[] = [
    { title: "name", flexible: true },
    { title: "status", style: statusStyle(paint) },
    { title: "started" },
    { title: "took", right: true },
    { title: "key", flexible: true, keepEnd: true },
  ];
  const rows = executions.map(({ name, status, startDate, stopDate, key }) => {
    const took = startDate ? durationText((stopDate?.getTime() ?? now) - startDate.getTime()) : "";
    return [name, status, timeText(startDate), took, key ?? ""].map(clean);
  });
  return table(columns, rows, width);
}

/** The facts of an execution, shown above its history. */
export function heading(
  execution: Omit<DescribeExecutionCommandOutput, "$metadata">,
  now: number,
  { paint }: Pick<Page, "paint">,
): string {
  const { name, status, startDate, stopDate, input, error, cause, redriveCount } = execution;
  const took = durationText((stopDate?.getTime() ?? now) - (startDate?.getTime() ?? now));
  const why = error ? [["error", [error, cause].filter(Boolean).join(": ")]] : [];
  const redriven = redriveCount ? [["redriven", `${redriveCount} times`]] : [];
  const key = keyOf(input);
  const facts = [
    ["execution", name ?? ""],
    ["status", status ?? ""],
    ["started", timeText(startDate)],
    ["took", took],
    ...redriven,
    ...(key ? [["key", key]] : []),
    ...why,
  ];
  return facts
    .map(
      ([title, text]) => `${title!.padEnd(9)}  ${title === "status" ? statusStyle(paint)(text!, text!) : clean(text!)}`,
    )
    .join("\n");
}

/**
 * One line per state. `now` ends the duration of the running state; `ended` that of states that ended with the
 * execution.
 */
export function stateTable(events: HistoryEvent[], now: number, { paint, width }: Page): string {
  const began = events[0]?.timestamp?.getTime() ?? now;
  const last = events.at(-1)?.timestamp?.getTime() ?? now;
  const columns: Column[] = [
    { title: "state" },
    { title: "entered", right: true },
    { title: "took", right: true },
    { title: "retries", right: true },
    { title: "outcome", style: statusStyle(paint) },
    { title: "error", flexible: true },
  ];
  const rows = visitsOf(events).map(({ state, enteredAt, exitedAt, attempts, outcome, error, cause }) => {
    const left = exitedAt?.getTime() ?? (outcome === "running" ? now : last);
    const retries = attempts > 1 ? String(attempts - 1) : "";
    const entered = `+${durationText(enteredAt.getTime() - began)}`;
    const why = [error, cause].filter(Boolean).join(": ");
    return [state, entered, durationText(left - enteredAt.getTime()), retries, outcome, why].map(clean);
  });
  return table(columns, rows, width);
}

/** One line per event, with its details as JSON. */
export function eventTable(events: HistoryEvent[], { width }: Pick<Page, "width">): string {
  const began = events[0]?.timestamp?.getTime() ?? 0;
  const columns: Column[] = [
    { title: "id", right: true },
    { title: "after", right: true },
    { title: "at", right: true },
    { title: "type" },
    { title: "details", flexible: true },
  ];
  const rows = events.map((event) => {
    const at = `+${durationText((event.timestamp?.getTime() ?? began) - began)}`;
    const details = detailsOf(event);
    const text = Object.keys(details).length > 0 ? JSON.stringify(details) : "";
    return [String(event.id), String(event.previousEventId), at, event.type ?? "", text].map(clean);
  });
  return table(columns, rows, width);
}
