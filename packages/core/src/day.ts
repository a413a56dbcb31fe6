export * as Day from "./day.ts";

import * as v from "valibot";

/** A day of the calendar, since 2000. */
export const Text = v.pipe(
  v.string(),
  v.isoDate(),
  v.check((text) => /^[2-9]/.test(text) && isOfCalendar(text), "must be a day of the calendar, since 2000"),
);

/** JavaScript takes the 31st of any month. */
function isOfCalendar(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && of(ms) === text;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The day of a moment, `2026-06-01`, UTC. */
export const of = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** When the next day begins, epoch milliseconds. */
export const endOf = (ms: number) => (Math.floor(ms / DAY_MS) + 1) * DAY_MS;

/** Seconds until then, at least one. */
export const secondsLeft = (ms: number) => Math.ceil((endOf(ms) - ms) / 1000);

/** The day so many days before another one. */
export const before = (day: string, days: number) => of(Date.parse(day) - days * DAY_MS);

/** The days from one to another, both included. */
export function* between(from: string, to: string): Generator<string> {
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) yield of(at);
}
