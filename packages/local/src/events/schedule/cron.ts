import { type DayField, dayMatches, parseDay } from "./day.ts";
import { parseField } from "./field.ts";

const DAY_MS = 86_400_000;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const LAST_YEAR = 2199;
/** A date that exists comes round within eight years (29 February across 2100). */
const SEARCH_DAYS = 366 * 9;

/** Compiles the six fields of EventBridge's cron: minutes, hours, day of month, month, day of week, year. */
export function cron(fields: string): ((afterMs: number) => number | undefined) | undefined {
  const [minutes, hours, day, month, weekday, year, ...rest] = fields.trim().split(/\s+/);
  if (year === undefined || rest.length > 0) return undefined;
  const minuteSet = parseField(minutes!, 0, 59);
  const hourSet = parseField(hours!, 0, 23);
  const monthSet = parseField(month!, 1, 12, MONTHS);
  const yearSet = parseField(year, 1970, LAST_YEAR);
  const days = parseDay(day!, weekday!);
  if (!minuteSet || !hourSet || !monthSet || !yearSet || !days) return undefined;
  return (afterMs) => next(afterMs, { minuteSet, hourSet, monthSet, yearSet, days });
}

interface Fields {
  minuteSet: Set<number>;
  hourSet: Set<number>;
  monthSet: Set<number>;
  yearSet: Set<number>;
  days: DayField;
}

function next(afterMs: number, fields: Fields): number | undefined {
  const firstYear = [...fields.yearSet]
    .filter((year) => year >= new Date(afterMs).getUTCFullYear())
    .sort((a, b) => a - b)[0];
  if (firstYear === undefined) return undefined;
  const startMs = Math.max(Math.floor(afterMs / DAY_MS) * DAY_MS, Date.UTC(firstYear, 0, 1));
  for (let ahead = 0; ahead < SEARCH_DAYS; ahead++) {
    const date = new Date(startMs + ahead * DAY_MS);
    const fits = fields.yearSet.has(date.getUTCFullYear()) && fields.monthSet.has(date.getUTCMonth() + 1);
    if (!fits || !dayMatches(fields.days, date)) continue;
    const time = firstTime(date.getTime(), afterMs, fields);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** The first hour and minute of a day that lie after `afterMs`. */
function firstTime(dayMs: number, afterMs: number, { hourSet, minuteSet }: Fields): number | undefined {
  const ascending = (a: number, b: number) => a - b;
  for (const hour of [...hourSet].sort(ascending)) {
    for (const minute of [...minuteSet].sort(ascending)) {
      const time = dayMs + (hour * 60 + minute) * 60_000;
      if (time > afterMs) return time;
    }
  }
  return undefined;
}
