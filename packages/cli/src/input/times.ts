import { InvalidArgumentError } from "commander";

const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(\.\d{1,3})?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** `2026-06-01 20:00` is local time, `2026-06-01T20:00Z` and `…+02:00` are what they say; ISO 8601 UTC comes out. */
export function timeOf(text: string): string {
  const [, date, time = "00:00", seconds = "00", fraction = "", zone] = FORM.exec(text.trim()) ?? [];
  if (!date)
    throw new InvalidArgumentError('A time is one like "2026-06-01 20:00" (local) or 2026-06-01T20:00:00+02:00.');
  const local = `${date}T${time}:${seconds}${fraction}`;
  // The same fields read as UTC tell whether the calendar has them: the 30th of February would become the 2nd of March.
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
