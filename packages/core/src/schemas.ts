import * as v from "valibot";

/** A moment, ISO 8601 with its zone; kept in UTC to the millisecond, so that earlier sorts first as text. */
export const Time = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check(isDate, "must be a date of the calendar, of the years 0000 to 9999"),
  v.transform((text) => new Date(text).toISOString()),
);

/** JavaScript takes the 31st of any month, and writes years beyond four digits in another form. */
function isDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number);
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  const moment = new Date(text);
  return day <= lastDay && !Number.isNaN(moment.getTime()) && /^\d{4}-/.test(moment.toISOString());
}

/**
 * Text for people: trimmed, not empty, whole characters, none of them a control character but line ends, none that
 * turns the direction of what follows.
 */
export const Text = (length: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1),
    v.maxLength(length),
    v.check(
      (text) => text.isWellFormed() && !/[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/u.test(text),
      "must be text without control characters and direction overrides",
    ),
  );

/** The same on one line, with something to see in it: a name. */
export const Line = (length: number) =>
  v.pipe(
    Text(length),
    v.check((text) => !/[\n\u2028\u2029]/.test(text), "must be one line"),
    v.check((text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text), "must have something to see in it"),
  );

/** An object that documents refer to by its name. */
export const named = <Entries extends v.ObjectEntries>(ref: string, entries: Entries) =>
  v.pipe(v.object(entries), v.metadata({ ref }));

/** A whole number from 1 to `limit`. */
export const upTo = (limit: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limit));
