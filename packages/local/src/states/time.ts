const OFFSET_DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds since the epoch of an ISO-8601 extended offset date-time (`2016-03-14T01:59:00Z`), undefined when the
 * text is none. `Date.parse` alone would take `2016-02-31` and dates without an offset, which AWS refuses.
 */
export function instantOf(text: string): number | undefined {
  const match = OFFSET_DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = "00", fraction = "", offset] = match;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > days) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const millis = fraction.padEnd(3, "0").slice(0, 3);
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}${offset}`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Seconds since the epoch with milliseconds as fraction: how JSON protocols carry times. */
export function epochSeconds(milliseconds: number): number {
  return milliseconds / 1000;
}
