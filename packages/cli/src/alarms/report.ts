import type { Color } from "../color.ts";
import { clean, durationText } from "../format.ts";
import type { Page } from "../show/page.ts";
import { table } from "../table.ts";
import { type Alarm, isRaised } from "./alarm.ts";

const COLORS: Record<string, Color> = { ALARM: "red", OK: "green", INSUFFICIENT_DATA: "yellow" };
const SIGNS: Record<string, string> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: ">=",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<=",
};
/** What is wrong comes first. */
const ORDER = ["ALARM", "INSUFFICIENT_DATA", "OK"];

/** A table of alarms; of one that is no longer OK it says what to do. */
export function alarmTable(alarms: Alarm[], now: number, { paint, width }: Page): string {
  if (alarms.length === 0) return "there are no alarms";
  const style = (padded: string, cell: string) => (COLORS[cell] ? paint(COLORS[cell], padded) : padded);
  const columns = [
    { title: "ALARM" },
    { title: "STATE", style },
    { title: "SINCE", right: true },
    { title: "VALUE", right: true },
    { title: "ALARMS AT" },
    { title: "WHAT IT MEANS", flexible: true },
  ];
  const ordered = alarms.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const rows = ordered.map((alarm) => [
    clean(alarm.name),
    alarm.state,
    alarm.since === undefined ? "" : durationText(Math.max(0, now - Date.parse(alarm.since))),
    alarm.value === undefined ? "" : numberText(alarm.value),
    alarm.threshold === undefined ? "" : `${SIGNS[alarm.comparison ?? ""] ?? ""} ${numberText(alarm.threshold)}`.trim(),
    clean(firstSentence(alarm.description ?? "")),
  ]);
  const advice = ordered
    .filter((alarm) => isRaised(alarm, now))
    .flatMap(({ name, description, reason }) => [
      "",
      paint("bold", clean(name)),
      ...[description, reason].flatMap((text) => (text ? [`  ${clean(text)}`] : [])),
    ]);
  return [table(columns, rows, width), ...advice].join("\n");
}

const firstSentence = (text: string) => /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;

/** Two digits behind the point are enough to compare with a threshold. */
const numberText = (value: number) => String(Math.round(value * 100) / 100);
