import { InvalidArgumentError } from "commander";
import { durationOf } from "./amounts.ts";

const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(\.\d{1,3})?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** `2026-06-01 20:00` is local time; `2026-06-01T20:00Z` and `…+02:00` have their own zone. Returns ISO 8601 in UTC. */
export function timeOf(text: string): string {
  const [, date, time = "00:00", seconds = "00", fraction = "", zone] = FORM.exec(text.trim()) ?? [];
  if (!date)
    throw new InvalidArgumentError('A time is one like "2026-06-01 20:00" (local) or 2026-06-01T20:00:00+02:00.');
  const local = `${date}T${time}:${seconds}${fraction}`;
  // Read as UTC, the same fields show whether the date exists: the 30th of February would become the 2nd of March.
  const plain = new Date(`${local}Z`);
  if (Number.isNaN(plain.getTime()) || !plain.toISOString().startsWith(`${date}T${time}:${seconds}`))
    throw new InvalidArgumentError(`There is no ${date} ${time}.`);
  const at = new Date(zone ? local + iso(zone) : local);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError(`There is no time zone ${zone}.`);
  return at.toISOString();
}

function iso(zone: string): string {
  return zone.toUpperCase() === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
}

/**
 * Parses `2h`, `3d`, `1h30m` ago, or a time as `timeOf` takes it. Returns milliseconds since the epoch, given the time
 * now.
 */
export function sinceOf(text: string): (nowMs: number) => number {
  if (/^\s*\d{4}-/.test(text)) {
    const at = Date.parse(timeOf(text));
    return () => at;
  }
  try {
    const agoMs = durationOf(text);
    return (nowMs) => nowMs - agoMs;
  } catch {
    throw new InvalidArgumentError('It is how long ago, such as 90m, 2h or 3d, or a time like "2026-06-01 20:00".');
  }
}
