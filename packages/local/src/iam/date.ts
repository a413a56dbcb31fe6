/** The formats of https://www.w3.org/TR/NOTE-datetime: a year, a month, a day, or a moment with its zone. */
const W3C = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
/** Seconds since the epoch; four digits are a year. */
const EPOCH = /^\d{5,}(\.\d+)?$/;

/** Milliseconds since the epoch of a date as policies write it; NaN when it is none. */
export function parseDate(text: string): number {
  if (EPOCH.test(text)) return Number(text) * 1000;
  return W3C.test(text) ? Date.parse(text) : Number.NaN;
}
