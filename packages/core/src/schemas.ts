import * as v from "valibot";

/** A moment, ISO 8601 with its zone; kept in UTC to the millisecond. */
export const Time = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check((text) => !Number.isNaN(Date.parse(text)), "must be a date of the calendar"),
  v.transform((text) => new Date(text).toISOString()),
);

/** Text for people: trimmed, not empty, whole characters, none of them a control character but line ends. */
export const Text = (length: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1),
    v.maxLength(length),
    v.check((text) => text.isWellFormed() && !/[^\P{Cc}\n]/u.test(text), "must be text without control characters"),
  );

/** An object that documents refer to by its name. */
export const named = <Entries extends v.ObjectEntries>(ref: string, entries: Entries) =>
  v.pipe(v.object(entries), v.metadata({ ref }));

/** A whole number from 1 to `limit`. */
export const upTo = (limit: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limit));
